package dev.carillon.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.identity.UserIds;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Plain HTTP: what is refused, and that nothing is stored which the client did not write.
final class RtmTest {
  private static final ByteString ANN_BOB =
      ByteString.copyFrom(ConversationIds.direct("ann", "bob"));

  private final TestGateway gateway = TestGateway.start();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    http.close();
    gateway.close();
  }

  @Test
  void storesWhatWasWritten() throws Exception {
    String text = "h\u00e4? \ud83d\ude00 \\ud83d\\ude00";

    HttpResponse<String> answer = send("{\"targetID\":\"bob\",\"text\":\"" + text + "\"}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(FakeMessages.body(gateway.messages.appended(ANN_BOB).getFirst()).getText().getText())
        .isEqualTo("h\u00e4? \ud83d\ude00 \ud83d\ude00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'targetID':'bob','text':'\\ud800'} | text: half of a surrogate pair",
        "{'targetID':'bob','text':'\\ude00\\ud83d'} | text: half of a surrogate pair",
        "{'targetID':'bob\\ud800','text':'x'} | targetID: half of a surrogate pair",
        "{'targetID':'bob','text':'one','text':'two'} | text: given more than once",
        "{'targetID':'eve','targetID':'bob','text':'x'} | targetID: given more than once",
        "{'targetID':'bob','text':null,'text':'x'} | text: given more than once",
        "{'targetID':'bob','text':'x'} {} | body: ",
        "{'targetID':'bob','text':'x' | body: not JSON",
        "{'targetID':'bob',text:'x'} | body: not JSON",
        "{'targetID':'bob','text':7} | text: no text",
        "{'targetID':'bob','encodedMedia':'AAAA'} | encodedMedia and mediaType",
        "{'targetID':'bob','text':'x','mediaType':'a/b'} | encodedMedia and mediaType",
        "{'targetID':'bob','encodedMedia':'AAAA','mediaType':''} | mediaType: 0 bytes"
      })
  void refusesWhatWouldBeStoredAltered(String body, String problem) throws Exception {
    HttpResponse<String> answer = send(body.replace('\'', '"'));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo("REQUEST_INVALID");
    assertThat(json(answer).get("message").getAsString())
        .startsWith(problem)
        .contains("(expected: ");
    assertThat(gateway.messages.appended(ANN_BOB)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff", "\u00c3", "\u00ed\u00a0\u0080", "\u00c0\u00af"})
  void refusesBytesThatAreNoText(String bytes) throws Exception {
    byte[] body = ("{\"targetID\":\"bob\",\"text\":\"" + bytes + "\"}").getBytes(ISO_8859_1);

    HttpResponse<String> answer = send(BodyPublishers.ofByteArray(body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("message").getAsString()).startsWith("body: not UTF-8");
    assertThat(gateway.messages.appended(ANN_BOB)).isEmpty();
  }

  @Test
  void takesMediaWithItsType() throws Exception {
    String media = Base64.getEncoder().encodeToString("sound".getBytes(UTF_8));

    HttpResponse<String> answer =
        send(
            "{\"targetID\":\"bob\",\"encodedMedia\":\"%s\",\"mediaType\":\"audio/ogg\"}"
                .formatted(media));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(
            FakeMessages.body(gateway.messages.appended(ANN_BOB).getFirst())
                .getBinary()
                .getMediaType())
        .isEqualTo("audio/ogg");
  }

  @Test
  void tellsHowLargeARequestMayBe() throws Exception {
    int size = TestGateway.MAX_FRAME + 1;
    BodyPublisher known = BodyPublishers.ofByteArray(new byte[size]);
    BodyPublisher chunked =
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[size]));

    assertTooLarge(send(known), size + " bytes");
    assertTooLarge(send(chunked), "more than " + TestGateway.MAX_FRAME + " bytes");
    assertTooLarge(
        http.send(post(known).expectContinue(true).build(), BodyHandlers.ofString()),
        size + " bytes");
  }

  @Test
  void answersABugOfOursWithoutItsDetails() throws Exception {
    String hello = "{\"targetID\":\"bob\",\"text\":\"hello\"}";
    List<RuntimeException> bugs =
        List.of(
            new IllegalStateException("as told"), new Refusal(RuntimeReason.UNEXPECTED, "as told"));
    for (RuntimeException bug : bugs) {
      gateway.messages.breakDown(bug);
      HttpResponse<String> failed = send(hello);
      gateway.messages.release();

      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(json(failed).get("reason").getAsString()).isEqualTo("UNEXPECTED");
      assertThat(failed.body()).doesNotContain("as told");
      assertThat(send(hello).statusCode()).isEqualTo(200);
    }
  }

  private static void assertTooLarge(HttpResponse<String> answer, String size) {
    assertThat(answer.statusCode()).isEqualTo(413);
    JsonObject refusal = json(answer);
    assertThat(refusal.get("reason").getAsString()).isEqualTo("BODY_TOO_LARGE");
    assertThat(refusal.get("message").getAsString())
        .isEqualTo("request: " + size + " (expected: " + TestGateway.MAX_FRAME + " at most)");
    assertThat(refusal.get("retryable").getAsBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/rtm.receive?targetID=%FF, 400",
    "GET, /api/v1/rtm.receive?targetID=%C3, 400",
    "GET, /api/v1/rtm.receive?targetID=%ED%A0%80, 400",
    "GET, /api/v1/%FF, 400",
    "GET, /api/v1/rtm.receive?targetID=b%C3%B6b, 200",
    "GET, /api/v1/nothing, 404",
    "PUT, /api/v1/rtm.send, 405",
    "POST, /api/v1/rtm.receive, 405",
    "GET, /api/v1/connect, 426",
  })
  void answersInWordsWhatCannotBeAsked(String method, String path, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .method(method, BodyPublishers.noBody())
            .header("Authorization", "Bearer " + gateway.token("ann"))
            .build();

    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer).has("reason")).isEqualTo(status != 200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#%", "#%4", "#%zz", "#%FF", "#%+F", "#%-0", "?targetID=%", "?targetID=%4"})
  void answersMalformedEscapesWhereverTheyStand(String end) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.app.clientPort())) {
      socket.setSoTimeout(20_000);
      String request = "GET /api/v1/rtm.receive" + end + " HTTP/1.1\r\nHost: a\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));

      assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
          .isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void readsAMailboxUnderANameThatNoDeviceCanHave() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/api/v1/rtm.receive"))
            .header("Authorization", "Bearer " + gateway.token("ann"))
            .build();

    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

    String device = gateway.messages.syncs().getFirst().getDeviceId();
    assertThat(UserIds.isValid(device)).isFalse();
    WebSocketDevice impostor = gateway.webSocket();
    impostor.send(
        ClientFrame.newBuilder().setHello(Device.hello(device).setToken(gateway.token("ann"))));
    assertThat(impostor.goodbye()).isEqualTo("PROTOCOL_ERROR");
  }

  private HttpResponse<String> send(String body) throws Exception {
    return send(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(BodyPublisher body) throws Exception {
    return http.send(post(body).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder post(BodyPublisher body) {
    return HttpRequest.newBuilder(uri("/api/v1/rtm.send"))
        .header("Authorization", "Bearer " + gateway.token("ann"))
        .POST(body);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.app.clientPort() + path);
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }
}
