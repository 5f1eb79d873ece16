package dev.carillon.connection;

import dev.carillon.connection.backend.GrpcMessageClient;
import dev.carillon.connection.backend.GrpcPresenceAnnouncer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.http.RtmRoutes;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.runtime.service.ServiceHost;
import java.time.Duration;

/// The other services over gRPC, and sending and receiving over HTTP.
///
/// @param config their deadlines and limits
record GrpcDependencies(ConnectionConfig.Backend config) implements Dependencies {
  /// The deadline of calls to presence, which answers from memory.
  private static final Duration QUICK = Duration.ofSeconds(2);

  @Override
  public MessageClient messages(ServiceHost host) {
    return host.own(
        new GrpcMessageClient(host, config.timeout(), config.appends(), config.calls()));
  }

  @Override
  public PresenceAnnouncer presence(ServiceHost host, PresenceAnnouncer.Devices devices) {
    return host.own(new GrpcPresenceAnnouncer(host, devices, QUICK));
  }

  @Override
  public HttpRoutes routes(SessionContext context) {
    return new RtmRoutes(context);
  }
}
