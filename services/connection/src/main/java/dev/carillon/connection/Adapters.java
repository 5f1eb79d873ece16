package dev.carillon.connection;

import dev.carillon.connection.backend.GatewayClient;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.carrier.HttpRoutes;
import dev.carillon.connection.session.Gateway;
import dev.carillon.connection.session.Watches;
import dev.carillon.runtime.service.ServiceHost;

/// How a gateway reaches the other services, and what it serves over HTTP: gRPC in production,
/// fakes in tests. What must be closed is given to [ServiceHost#own].
interface Adapters {
  /// The way to the message service.
  MessageClient messages(ServiceHost host);

  /// The way to the directory; the app starts it.
  PresenceAnnouncer presence(ServiceHost host);

  /// The way to the other gateways.
  GatewayClient gateways(ServiceHost host);

  /// What the client port answers besides WebSockets.
  HttpRoutes routes(Gateway gateway, Watches watches);
}
