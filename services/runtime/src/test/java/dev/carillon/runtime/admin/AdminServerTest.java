package dev.carillon.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.failpoints.SwitchedFailPoints;
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
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdminServerTest {
  private final Health health = new Health();
  private final Telemetry telemetry = Telemetry.none();
  private final AdminServer server =
      AdminServer.start(new HostPort("127.0.0.1", 0), health, telemetry, null);
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
  void hasNoSwitchForFailPointsThatAreNotAllowed() throws Exception {
    assertThat(get("/fail-points").statusCode()).isEqualTo(404);
  }

  @Test
  void switchesFailPointsThatAreAllowed() throws Exception {
    SwitchedFailPoints points = new SwitchedFailPoints();
    try (AdminServer open =
        AdminServer.start(new HostPort("127.0.0.1", 0), health, telemetry, points)) {
      URI path = URI.create("http://" + open.hostPort() + "/fail-points");

      HttpResponse<String> armed = send(path, "POST", "message.append.after-commit=crash@7");
      HttpResponse<String> refused = send(path, "POST", "message.lunch=crash");

      assertThat(armed.statusCode()).isEqualTo(200);
      assertThat(armed.body()).contains("\"armed\":\"message.append.after-commit=crash@7\"");
      assertThat(points.armed()).isEqualTo(1);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("message.lunch: unknown (expected: one of");
      for (FailPoint point : FailPoint.values()) {
        assertThat(send(path, "GET", "").body()).contains("\"point\":\"" + point.title() + "\"");
      }
      assertThat(send(path, "DELETE", "").statusCode()).isEqualTo(200);
      assertThat(points.armed()).isZero();
      assertThat(send(path, "PUT", "").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void makesTheClockJumpWhereFailPointsAreAllowed() throws Exception {
    assertThat(get("/clock").statusCode()).isEqualTo(404);
    SwitchedFailPoints points = new SwitchedFailPoints();
    try (AdminServer open =
        AdminServer.start(new HostPort("127.0.0.1", 0), health, telemetry, points)) {
      URI path = URI.create("http://" + open.hostPort() + "/clock");

      HttpResponse<String> shifted = send(path, "POST", "-3600000");

      assertThat(shifted.body()).isEqualTo("{\"offset_ms\":-3600000}\n");
      assertThat(points.clock().instant())
          .isBetween(
              Instant.now().minus(Duration.ofMinutes(70)),
              Instant.now().minus(Duration.ofMinutes(50)));
      assertThat(send(path, "POST", "an hour").statusCode()).isEqualTo(400);
      assertThat(send(path, "POST", "999999999999").statusCode()).isEqualTo(400);
      assertThat(send(path, "GET", "").body()).isEqualTo("{\"offset_ms\":-3600000}\n");
      assertThat(send(path, "POST", "0").statusCode()).isEqualTo(200);
      assertThat(points.clock().offset()).isZero();
    }
  }

  @Test
  void saysWhereItCannotListen() {
    HostPort taken = new HostPort("127.0.0.1", server.port());

    assertThatThrownBy(() -> AdminServer.start(taken, health, telemetry, null))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot listen on " + taken);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(URI path, String method, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(path)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://" + server.hostPort() + path);
  }
}
