package dev.carillon.connection;

import dev.carillon.connection.backend.GatewayClient;
import dev.carillon.connection.backend.GrpcGatewayClient;
import dev.carillon.connection.backend.GrpcMessageClient;
import dev.carillon.connection.backend.GrpcPresenceAnnouncer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.http.RtmRoutes;
import dev.carillon.connection.session.DeliverySubscriptions;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.runtime.service.ServiceHost;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// What a gateway depends on: the ways to the other services, what it serves over HTTP, and its
/// clocks. gRPC in production; tests put fakes in their place. What must be closed is given to
/// [ServiceHost#own].
class Dependencies {
  /// The deadline of calls to presence and to other gateways, which answer from memory.
  private static final Duration QUICK = Duration.ofSeconds(2);

  private final ConnectionConfig.Backend config;

  /// `config` has the deadlines and limits of calls to other services.
  Dependencies(ConnectionConfig.Backend config) {
    this.config = config;
  }

  /// The wall clock.
  InstantSource clock(ServiceHost host) {
    return host.clock();
  }

  /// The monotonic clock, in nanoseconds.
  LongSupplier nanos(ServiceHost host) {
    return host.nanos();
  }

  /// The way to the message service.
  MessageClient messages(ServiceHost host) {
    return host.own(
        new GrpcMessageClient(host, config.timeout(), config.appends(), config.calls()));
  }

  /// The way to presence; the app starts it.
  PresenceAnnouncer presence(ServiceHost host) {
    return host.own(new GrpcPresenceAnnouncer(host, QUICK));
  }

  /// The way to the other gateways.
  GatewayClient gateways(ServiceHost host) {
    return host.own(new GrpcGatewayClient(host, QUICK));
  }

  /// What the client port answers besides WebSockets.
  HttpRoutes routes(SessionContext context, DeliverySubscriptions subscriptions) {
    return new RtmRoutes(
        context.authenticator(),
        context.messages(),
        subscriptions,
        context.config().limits().bodySize());
  }
}
