package dev.carillon.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdminServerTest {
  private final Health health = new Health();
  private final Telemetry telemetry = Telemetry.none();
  private final AdminServer server =
      AdminServer.start(new HostPort("127.0.0.1", 0), health, telemetry, Map.of());
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    server.close();
    telemetry.close();
  }

  @Test
  void tellsReadinessWithReasons() throws Exception {
    health.started();
    health.notReady("mysql", "connection refused");
    health.degraded("redis", "away");

    HttpResponse<String> refused = get("/ready");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body())
        .isEqualTo(
            """
            {"ready":false,"reasons":{"mysql":"connection refused"},"degraded":{"redis":"away"}}
            """);
    health.ready("mysql");
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void isAliveWhileNotReady() throws Exception {
    assertThat(get("/live").statusCode()).isEqualTo(200);
  }

  @Test
  void exposesMetrics() throws Exception {
    telemetry.metrics().counter("sends", "").add(2);

    HttpResponse<String> response = get("/metrics");

    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(response.body()).contains("carillon_none_sends_total 2.0\n");
  }

  @Test
  void answersNothingElse() throws Exception {
    assertThat(get("/ready/now").statusCode()).isEqualTo(404);
    assertThat(get("/").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void showsFurtherPages() throws Exception {
    AdminPage echo =
        exchange ->
            AdminPage.Answer.text(202, exchange.getRequestMethod() + exchange.getRequestURI());
    try (AdminServer more =
        AdminServer.start(new HostPort("127.0.0.1", 0), health, telemetry, Map.of("/echo", echo))) {
      HttpRequest delete =
          HttpRequest.newBuilder(URI.create("http://" + more.hostPort() + "/echo"))
              .DELETE()
              .build();

      HttpResponse<String> answer = client.send(delete, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(202);
      assertThat(answer.body()).isEqualTo("DELETE/echo");
    }
    assertThat(get("/echo").statusCode()).isEqualTo(404);
  }

  @Test
  void saysWhereItCannotListen() {
    HostPort taken = new HostPort("127.0.0.1", server.port());

    assertThatThrownBy(() -> AdminServer.start(taken, health, telemetry, Map.of()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot listen on " + taken);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://" + server.hostPort() + path);
  }
}
