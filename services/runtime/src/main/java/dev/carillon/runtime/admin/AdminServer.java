package dev.carillon.runtime.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The admin port of an instance: `/metrics`, `/ready` and `/live`, over plain HTTP, for machines
/// of the same network only, and the further pages of an instance.
public final class AdminServer implements AutoCloseable {
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final ExecutorService threads;

  private AdminServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /// Starts to listen; port 0 takes a free one. Throws [UncheckedIOException] when it cannot.
  ///
  /// @param pages what it answers besides, by path
  public static AdminServer start(
      HostPort listen, Health health, Telemetry telemetry, Map<String, AdminPage> pages) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(listen.host(), listen.port()), BACKLOG);
      ExecutorService threads =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
      server.setExecutor(threads);
      answer(server, "/live", () -> AdminAnswer.text(200, "alive\n"));
      answer(server, "/ready", () -> ready(health.state()));
      answer(
          server,
          "/metrics",
          () ->
              new AdminAnswer(200, Telemetry.prometheusContentType(), telemetry.prometheusText()));
      pages.forEach((path, page) ->
          server.createContext(path, exchange -> send(exchange, page.answer(exchange))));
      server.start();
      return new AdminServer(server, threads);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + listen, e);
    }
  }

  /// The port it listens on, also when any free one was asked for.
  public int port() {
    return server.getAddress().getPort();
  }

  /// The address it listens on, as `host:port`.
  public String hostPort() {
    return server.getAddress().getHostString() + ":" + port();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /// Answers requests to one path.
  private interface Source {
    AdminAnswer answer();
  }

  private static void answer(HttpServer server, String path, Source source) {
    server.createContext(
        path,
        exchange -> {
          // A context also catches every path below its own.
          boolean known = exchange.getRequestURI().getPath().equals(path);
          boolean read = exchange.getRequestMethod().equals("GET");
          if (!known) {
            send(exchange, AdminAnswer.text(404, "not found\n"));
          } else if (!read) {
            send(exchange, AdminAnswer.text(405, "method not allowed (expected: GET)\n"));
          } else {
            send(exchange, source.answer());
          }
        });
  }

  private static AdminAnswer ready(Health.State state) {
    JsonObject json = new JsonObject();
    json.addProperty("ready", state.ready());
    json.add("reasons", object(state.reasons()));
    json.add("degraded", object(state.degraded()));
    return AdminAnswer.json(state.ready() ? 200 : 503, json);
  }

  private static JsonObject object(SortedMap<String, String> texts) {
    JsonObject json = new JsonObject();
    texts.forEach(json::addProperty);
    return json;
  }

  private static void send(HttpExchange exchange, AdminAnswer answer) throws IOException {
    try (exchange) {
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
