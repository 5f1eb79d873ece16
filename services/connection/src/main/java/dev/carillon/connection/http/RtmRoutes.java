package dev.carillon.connection.http;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.signin.QueuedAuthenticator;
import dev.carillon.connection.transport.HttpExchange;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.Refusals;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /api/v1/rtm.send` and `GET /api/v1/rtm.receive`: checks the method and the token and hands
/// the request on.
public final class RtmRoutes implements HttpRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(RtmRoutes.class);
  private static final String BEARER = "bearer ";

  private final QueuedAuthenticator authenticator;
  private final Map<String, Route> routes;

  /// @param handler answers a request of a user who was identified, on the connection's event loop
  private record Route(String method, BiConsumer<HttpExchange, String> handler) {}

  /// Sends and receives for the users of this gateway.
  public RtmRoutes(SessionContext context) {
    this.authenticator = context.authenticator();
    this.routes =
        Map.of(
            "/api/v1/rtm.send", new Route("POST", new RtmSend(context)::handle),
            "/api/v1/rtm.receive", new Route("GET", new RtmReceive(context)::handle));
  }

  @Override
  public boolean answers(String path) {
    return routes.containsKey(path);
  }

  @Override
  public void handle(HttpExchange exchange) {
    Route route = Objects.requireNonNull(routes.get(exchange.path()), exchange.path());
    String authorization = exchange.header("authorization");
    if (!route.method().equals(exchange.method())) {
      RtmAnswers.refuse(
          exchange,
          RtmAnswers.METHOD_NOT_ALLOWED,
          ConnectionError.REQUEST_INVALID.refusal(
              "method: " + exchange.method() + " (expected: " + route.method() + ")"));
    } else if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      RtmAnswers.refuse(
          exchange,
          ConnectionError.TOKEN_INVALID.refusal(
              "Authorization: absent (expected: Bearer and a token)"));
    } else {
      authenticator.verify(
          authorization.substring(BEARER.length()).strip(),
          Answer.of(
              identity -> exchange.execute(() -> handle(exchange, route, identity.userId())),
              refusal -> RtmAnswers.refuse(exchange, refusal)));
    }
  }

  private static void handle(HttpExchange exchange, Route route, String userId) {
    try {
      route.handler().accept(exchange, userId);
    } catch (RuntimeException failure) {
      if (failure instanceof Refusal refusal && refusal.reason().kind() != Kind.INTERNAL) {
        RtmAnswers.refuse(exchange, Refusals.toFrame(refusal));
      } else {
        LOG.error("{} failed", exchange.path(), failure);
        RtmAnswers.refuse(exchange, ConnectionError.UNEXPECTED.refusal("internal error"));
      }
    }
  }
}
