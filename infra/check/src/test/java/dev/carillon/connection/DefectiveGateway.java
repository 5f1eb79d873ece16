package dev.carillon.connection;

import dev.carillon.check.defect.Switch;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.runtime.service.ServiceHost;
import java.time.InstantSource;

/// A gateway whose way to the message service has the defect of the moment.
public final class DefectiveGateway {
  private DefectiveGateway() {}

  /// Starts it.
  public static ConnectionApp start(ConnectionConfig config, Switch defects) {
    return ConnectionApp.start(
        config,
        new Defective(new GrpcDependencies(config.backend()), defects),
        InstantSource.system(),
        System::nanoTime);
  }

  private record Defective(Dependencies real, Switch defects) implements Dependencies {
    @Override
    public MessageClient messages(ServiceHost host) {
      return new DefectiveAnswers(real.messages(host), defects);
    }

    @Override
    public PresenceAnnouncer presence(ServiceHost host, PresenceAnnouncer.Devices devices) {
      return real.presence(host, devices);
    }

    @Override
    public HttpRoutes routes(SessionContext context) {
      return real.routes(context);
    }
  }
}
