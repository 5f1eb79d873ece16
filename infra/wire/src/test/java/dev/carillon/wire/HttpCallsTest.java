package dev.carillon.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpCallsTest {
  private final ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
  private final String endpoint = "127.0.0.1:" + server.getLocalPort();
  private final Queue<List<String>> requests = new ConcurrentLinkedQueue<>();

  HttpCallsTest() throws IOException {}

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void handsOnARefusalWithItsBody() throws Exception {
    answer("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\ncontent-length: 2\r\n\r\n{}");

    HttpCalls.Answer refused = new HttpCalls(endpoint, "t").post("rtm.send", "no JSON");

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.headers().lines()).contains("Retry-After: 3");
    assertThat(refused.body()).isEqualTo("{}");
    assertThat(requests.element())
        .startsWith("POST /api/v1/rtm.send HTTP/1.1")
        .contains("Authorization: Bearer t", "content-length: 7");
  }

  @Test
  void followsNoRedirectAndSignsNobodyInWithoutAToken() throws Exception {
    answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");

    assertThat(new HttpCalls(endpoint, "").get("rtm.receive?wait=1").status()).isEqualTo(302);
    assertThat(requests)
        .singleElement()
        .asString()
        .contains("GET /api/v1/rtm.receive?wait=1 HTTP/1.1")
        .doesNotContain("Authorization");
  }

  @Test
  void asksOnceWhenTheGatewayClosesWithoutAnAnswer() throws Exception {
    HttpCalls calls = new HttpCalls(endpoint, "t");
    answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "");
    calls.get("rtm.receive");

    assertThatThrownBy(() -> calls.get("rtm.receive")).isInstanceOf(IOException.class);
    assertThat(requests).hasSize(2);
  }

  @Test
  void takesAnAnswerThatIsCutForNone() {
    answer("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}");

    assertThatThrownBy(() -> new HttpCalls(endpoint, "t").get("rtm.receive"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("{}");
  }

  /// Gives these answers, one for each request and connection; all further ones are empty.
  private void answer(String... answers) {
    Queue<String> left = new ConcurrentLinkedQueue<>(List.of(answers));
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              try (Socket device = server.accept()) {
                BufferedReader in =
                    new BufferedReader(new InputStreamReader(device.getInputStream(), US_ASCII));
                requests.add(in.lines().takeWhile(line -> !line.isEmpty()).toList());
                String answer = Objects.requireNonNullElse(left.poll(), "");
                device.getOutputStream().write(answer.getBytes(US_ASCII));
              }
            }
          } catch (IOException closed) {
            left.clear();
          }
        });
  }
}
