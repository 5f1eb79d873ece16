package dev.carillon.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The plain HTTP of one user: one request on a connection of its own, and its answer; one that is
/// cut is a failure. The JDK's client sends a request again when it gets no answer.
///
/// @param endpoint `host:port` of a gateway's port for WebSocket and HTTP
/// @param token signs the user in; empty: nobody is signed in
public record HttpCalls(String endpoint, String token) {
  private static final Pattern ANSWER =
      Pattern.compile("HTTP/1\\.1 (\\d{3})(.*?\r\n)\r\n(.*)", Pattern.DOTALL);

  /// An answer, whatever its status.
  ///
  /// @param headers a line for each
  public record Answer(int status, String headers, String body) {}

  /// Calls with a query, such as `rtm.receive?wait=30`.
  public Answer get(String call) throws IOException {
    return answer("GET", call, "");
  }

  /// Calls with a body, which need not be the JSON that the service takes.
  public Answer post(String call, String json) throws IOException {
    return answer("POST", call, json);
  }

  private Answer answer(String method, String call, String body) throws IOException {
    String request =
        "%s /api/v1/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s%s\r\n%s"
            .formatted(
                method,
                call,
                endpoint,
                length(body),
                token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n",
                body);
    try (Socket socket = new Socket()) {
      socket.connect(Transport.address(endpoint));
      socket.getOutputStream().write(request.getBytes(UTF_8));
      String text = new String(socket.getInputStream().readAllBytes(), UTF_8);
      Matcher answer = ANSWER.matcher(text);
      if (!answer.matches() || !answer.group(2).contains(length(answer.group(3)))) {
        throw new IOException("answer: '" + text + "' (expected: a whole one)");
      }
      return new Answer(Integer.parseInt(answer.group(1)), answer.group(2), answer.group(3));
    }
  }

  private static String length(String body) {
    return "content-length: " + body.getBytes(UTF_8).length + "\r\n";
  }
}
