package dev.carillon.connection;

import dev.carillon.connection.backend.GatewayClient;
import dev.carillon.connection.backend.GrpcGatewayClient;
import dev.carillon.connection.backend.GrpcMessageClient;
import dev.carillon.connection.backend.GrpcPresenceAnnouncer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.carrier.HttpRoutes;
import dev.carillon.connection.http.RtmRoutes;
import dev.carillon.connection.session.Gateway;
import dev.carillon.connection.session.Watches;
import dev.carillon.runtime.service.ServiceHost;
import java.time.Duration;

/// The other services over gRPC, and sending and receiving over HTTP.
///
/// @param config how long they are waited for, and how much may wait
record GrpcAdapters(ConnectionConfig.Backend config) implements Adapters {
  /// Directories and gateways answer at once or not at all.
  private static final Duration QUICK = Duration.ofSeconds(2);

  @Override
  public MessageClient messages(ServiceHost host) {
    return host.own(
        new GrpcMessageClient(host, config.timeout(), config.appends(), config.calls()));
  }

  @Override
  public PresenceAnnouncer presence(ServiceHost host) {
    return host.own(new GrpcPresenceAnnouncer(host, QUICK));
  }

  @Override
  public GatewayClient gateways(ServiceHost host) {
    return host.own(new GrpcGatewayClient(host, QUICK));
  }

  @Override
  public HttpRoutes routes(Gateway gateway, Watches watches) {
    return new RtmRoutes(
        gateway.authenticator(), gateway.messages(), watches, gateway.config().limits().bodySize());
  }
}
