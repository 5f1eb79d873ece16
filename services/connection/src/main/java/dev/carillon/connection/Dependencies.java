package dev.carillon.connection;

import dev.carillon.connection.backend.GrpcGatewayClient;
import dev.carillon.connection.backend.GrpcMessageClient;
import dev.carillon.connection.backend.GrpcPresenceAnnouncer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.http.RtmRoutes;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.runtime.service.ServiceHost;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// What a gateway depends on: its clocks, the other services over gRPC, and what it serves over
/// HTTP. Tests override what they replace. What must be closed is given to [ServiceHost#own].
class Dependencies {
  /// The deadline of calls to presence and to other gateways, which answer from memory.
  private static final Duration QUICK = Duration.ofSeconds(2);

  private final ConnectionConfig.Backend config;

  /// The other services with these deadlines and limits.
  Dependencies(ConnectionConfig.Backend config) {
    this.config = config;
  }

  /// The time of day, for tokens, tickets and the dates of connections.
  InstantSource clock(ServiceHost host) {
    return host.clock();
  }

  /// The monotonic clock, in nanoseconds, for everything that waits.
  LongSupplier nanos(ServiceHost host) {
    return host.nanos();
  }

  /// The way to the message service.
  MessageClient messages(ServiceHost host) {
    return host.own(
        new GrpcMessageClient(host, config.timeout(), config.appends(), config.calls()));
  }

  /// The way to presence, which learns of these devices.
  PresenceAnnouncer presence(ServiceHost host, PresenceAnnouncer.Devices devices) {
    return host.own(new GrpcPresenceAnnouncer(host, devices, QUICK));
  }

  /// The way to the other gateways.
  final GrpcGatewayClient gateways(ServiceHost host) {
    return host.own(new GrpcGatewayClient(host, QUICK));
  }

  /// What the client port answers besides WebSockets.
  HttpRoutes routes(SessionContext context) {
    return new RtmRoutes(context);
  }
}
