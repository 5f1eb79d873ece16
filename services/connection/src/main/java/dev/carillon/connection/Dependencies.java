package dev.carillon.connection;

import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.runtime.service.ServiceHost;

/// What a gateway depends on: the ways to the other services, and what it serves over HTTP. gRPC in
/// production, fakes in tests. What must be closed is given to [ServiceHost#own].
interface Dependencies {
  /// The way to the message service.
  MessageClient messages(ServiceHost host);

  /// The way to presence, which learns of these devices.
  PresenceAnnouncer presence(ServiceHost host, PresenceAnnouncer.Devices devices);

  /// What the client port answers besides WebSockets.
  HttpRoutes routes(SessionContext context);
}
