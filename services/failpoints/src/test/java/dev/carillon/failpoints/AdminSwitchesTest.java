package dev.carillon.failpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.admin.AdminServer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.service.FaultInjection;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.telemetry.Telemetry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdminSwitchesTest {
  private final Health health = new Health();
  private final Telemetry telemetry = Telemetry.none();
  private final FaultInjection faults =
      SwitchedFaults.open(
          new FailPointConfig(List.of(TestStep.values()), true, List.of()),
          health,
          telemetry.metrics());
  private final AdminServer server =
      AdminServer.start(new HostPort("127.0.0.1", 0), health, telemetry, faults.pages());
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    server.close();
    telemetry.close();
  }

  @Test
  void switchesFailPoints() throws Exception {
    HttpResponse<String> armed =
        send("/fail-points", "POST", "message.append.after-commit=crash@7");
    HttpResponse<String> refused = send("/fail-points", "POST", "message.lunch=crash");

    assertThat(armed.statusCode()).isEqualTo(200);
    assertThat(armed.body()).contains("\"armed\":\"message.append.after-commit=crash@7\"");
    assertThat(send("/metrics", "GET", "").body()).contains("fail_points_armed 1");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("message.lunch: unknown (expected: one of");
    for (TestStep point : TestStep.values()) {
      assertThat(send("/fail-points", "GET", "").body())
          .contains("\"point\":\"" + point.title() + "\"");
    }
    assertThat(send("/fail-points", "DELETE", "").statusCode()).isEqualTo(200);
    assertThat(send("/metrics", "GET", "").body()).contains("fail_points_armed 0");
    assertThat(send("/fail-points", "PUT", "").statusCode()).isEqualTo(405);
    assertThat(send("/fail-points/all", "GET", "").statusCode()).isEqualTo(404);
  }

  @Test
  void makesTheClockJump() throws Exception {
    HttpResponse<String> shifted = send("/clock", "POST", "-3600000");

    assertThat(shifted.body()).isEqualTo("{\"offset_ms\":-3600000}\n");
    assertThat(faults.clock().instant())
        .isBetween(
            Instant.now().minus(Duration.ofMinutes(70)),
            Instant.now().minus(Duration.ofMinutes(50)));
    assertThat(send("/clock", "POST", "an hour").statusCode()).isEqualTo(400);
    assertThat(send("/clock", "POST", "999999999999").statusCode()).isEqualTo(400);
    assertThat(send("/clock", "GET", "").body()).isEqualTo("{\"offset_ms\":-3600000}\n");
    assertThat(send("/clock", "POST", "0").statusCode()).isEqualTo(200);
    assertThat(faults.clock().instant()).isAfter(Instant.now().minus(Duration.ofMinutes(1)));
  }

  @Test
  void warnsThatFaultsAreAllowed() throws Exception {
    assertThat(health.state().degraded()).containsKey("fail-points");
  }

  private HttpResponse<String> send(String path, String method, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + server.hostPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
