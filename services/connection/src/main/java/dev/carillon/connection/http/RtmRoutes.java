package dev.carillon.connection.http;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.DeliverySubscriptions;
import dev.carillon.connection.signin.Authenticator;
import dev.carillon.connection.signin.Identity;
import dev.carillon.connection.transport.HttpExchange;
import dev.carillon.connection.transport.HttpRoutes;
import dev.carillon.type.v1.Refusal;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /api/v1/rtm.send` and `GET /api/v1/rtm.receive`: checks the method and the token and hands
/// the request on.
public final class RtmRoutes implements HttpRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(RtmRoutes.class);
  private static final String BEARER = "bearer ";

  private final Authenticator authenticator;
  private final Map<String, Route> routes;

  private record Route(String method, Handler handler) {}

  /// Answers a request of a user who was identified. Called on the connection's event loop.
  @FunctionalInterface
  private interface Handler {
    void handle(HttpExchange exchange, String userId);
  }

  /// @param maxBodySize the largest message body, in bytes of its serialized form
  public RtmRoutes(
      Authenticator authenticator,
      MessageClient messages,
      DeliverySubscriptions subscriptions,
      int maxBodySize) {
    this.authenticator = authenticator;
    RtmSend send = new RtmSend(messages, maxBodySize);
    RtmReceive receive = new RtmReceive(messages, subscriptions);
    this.routes =
        Map.of(
            "/api/v1/rtm.send", new Route("POST", send::handle),
            "/api/v1/rtm.receive", new Route("GET", receive::handle));
  }

  @Override
  public boolean answers(String path) {
    return routes.containsKey(path);
  }

  @Override
  public void handle(HttpExchange exchange) {
    Route route = routes.get(exchange.path());
    if (route == null) {
      throw new IllegalArgumentException(exchange.path() + " (expected: a path of ours)");
    }
    if (!route.method().equals(exchange.method())) {
      RtmAnswers.refuse(
          exchange,
          RtmAnswers.METHOD_NOT_ALLOWED,
          ConnectionError.REQUEST_INVALID.refusal(
              "method: " + exchange.method() + " (expected: " + route.method() + ")"));
      return;
    }
    String authorization = exchange.header("authorization");
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      RtmAnswers.refuse(
          exchange,
          ConnectionError.TOKEN_INVALID.refusal(
              "Authorization: absent (expected: Bearer and a token)"));
      return;
    }
    authenticator.verify(
        authorization.substring(BEARER.length()).strip(), new SignedIn(exchange, route.handler()));
  }

  private record SignedIn(HttpExchange exchange, Handler handler) implements Answer<Identity> {
    @Override
    public void answered(Identity identity) {
      exchange.execute(() -> handle(identity.userId()));
    }

    private void handle(String userId) {
      try {
        handler.handle(exchange, userId);
      } catch (RequestException malformed) {
        RtmAnswers.refuse(
            exchange,
            ConnectionError.REQUEST_INVALID.refusal(String.valueOf(malformed.getMessage())));
      } catch (RuntimeException bug) {
        LOG.error("{} failed", exchange.path(), bug);
        RtmAnswers.refuse(
            exchange,
            RtmAnswers.INTERNAL_ERROR,
            ConnectionError.UNEXPECTED.refusal("internal error"));
      }
    }

    @Override
    public void refused(Refusal refusal) {
      RtmAnswers.refuse(exchange, refusal);
    }
  }
}
