package dev.carillon.connection;

import dev.carillon.check.defect.Switch;
import dev.carillon.connection.backend.GatewayClient;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.carrier.HttpRoutes;
import dev.carillon.connection.session.Gateway;
import dev.carillon.connection.session.Watches;
import dev.carillon.runtime.service.ServiceHost;
import java.time.InstantSource;

/// A gateway whose way to the message service has the defect of the moment.
public final class DefectiveGateway {
  private DefectiveGateway() {}

  /// Starts it.
  public static ConnectionApp start(ConnectionConfig config, Switch defects) {
    return ConnectionApp.start(
        config,
        new Defective(new GrpcAdapters(config.backend()), defects),
        new Time(InstantSource.system(), System::nanoTime));
  }

  private record Defective(Adapters real, Switch defects) implements Adapters {
    @Override
    public MessageClient messages(ServiceHost host) {
      return new DefectiveAnswers(real.messages(host), defects);
    }

    @Override
    public PresenceAnnouncer presence(ServiceHost host) {
      return real.presence(host);
    }

    @Override
    public GatewayClient gateways(ServiceHost host) {
      return real.gateways(host);
    }

    @Override
    public HttpRoutes routes(Gateway gateway, Watches watches) {
      return real.routes(gateway, watches);
    }
  }
}
