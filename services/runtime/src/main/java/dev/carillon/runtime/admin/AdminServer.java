package dev.carillon.runtime.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.carillon.runtime.admin.AdminPage.Answer;
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
import java.util.function.Supplier;

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
      serve(server, "/live", read(() -> Answer.text(200, "alive\n")));
      serve(server, "/ready", read(() -> ready(health.state())));
      serve(server, "/metrics", read(() -> metrics(telemetry)));
      pages.forEach((path, page) -> serve(server, path, page));
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

  private static void serve(HttpServer server, String path, AdminPage page) {
    server.createContext(
        path,
        exchange -> {
          // A context also catches every path below its own.
          boolean known = exchange.getRequestURI().getPath().equals(path);
          send(exchange, known ? page.answer(exchange) : Answer.text(404, "not found\n"));
        });
  }

  private static AdminPage read(Supplier<Answer> answer) {
    return exchange ->
        exchange.getRequestMethod().equals("GET") ? answer.get() : Answer.notAllowed("GET");
  }

  private static Answer metrics(Telemetry telemetry) {
    return new Answer(200, Telemetry.prometheusContentType(), telemetry.prometheusText());
  }

  private static Answer ready(Health.State state) {
    JsonObject json = new JsonObject();
    json.addProperty("ready", state.ready());
    json.add("reasons", object(state.reasons()));
    json.add("degraded", object(state.degraded()));
    return Answer.json(state.ready() ? 200 : 503, json);
  }

  private static JsonObject object(SortedMap<String, String> texts) {
    JsonObject json = new JsonObject();
    texts.forEach(json::addProperty);
    return json;
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
