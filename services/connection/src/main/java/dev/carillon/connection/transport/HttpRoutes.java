package dev.carillon.connection.transport;

/// What the client port answers besides WebSocket connections.
public interface HttpRoutes {
  /// Whether requests for this path (without the query) are answered here; others get a 404. Called
  /// on the connection's event loop.
  boolean answers(String path);

  /// Answers one request by [HttpExchange#respond], now or later. Called on the connection's event
  /// loop, so it must not block; an exception that leaves it is answered with 500. A connection's
  /// next request is not read before this one is answered.
  void handle(HttpExchange exchange);
}
