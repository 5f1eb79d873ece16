package dev.carillon.local;

import static dev.carillon.local.Product.device;
import static dev.carillon.local.Product.person;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.client.Content;
import dev.carillon.client.Target;
import dev.carillon.installation.LocalTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// People who can only speak plain HTTP, through the whole product.
@ExtendWith(Product.class)
final class HttpIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final OwnInstallation installation;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String ann = person("ann");
  private final String bob = person("bob");

  HttpIT(OwnInstallation installation) {
    this.installation = installation;
  }

  @AfterEach
  void close() {
    http.close();
  }

  @Test
  void sendsAndReceivesFromAPosition() throws Exception {
    JsonObject sent = send(ann, "{'targetID':'%s','text':'one'}".formatted(bob));
    assertThat(sent.get("seq").getAsLong()).isEqualTo(1);
    assertThat(sent.get("level").getAsString()).isEqualTo("STORED");

    JsonObject first = receive(bob, "targetID=" + ann);
    assertThat(texts(first)).containsExactly("one");

    send(ann, "{'targetID':'%s','text':'two'}".formatted(bob));
    JsonObject second = receive(bob, "targetID=" + ann + "&lastPos=" + position(first));
    assertThat(texts(second)).containsExactly("two");
    assertThat(texts(receive(bob, "targetID=" + ann + "&lastPos=" + position(second)))).isEmpty();
  }

  @Test
  void sendingAgainWithTheSameIdIsOneMessage() throws Exception {
    String request =
        "{'targetID':'%s','text':'once','clientMessageId':'00112233445566778899aabbccddeeff'}"
            .formatted(bob);
    JsonObject first = send(ann, request);
    JsonObject again = send(ann, request);

    assertThat(again.get("seq")).isEqualTo(first.get("seq"));
    assertThat(again.get("duplicate").getAsBoolean()).isTrue();
    assertThat(texts(receive(bob, "targetID=" + ann))).containsExactly("once");
  }

  @Test
  void readsAWholeMailboxInPartsWithoutLosingAny() throws Exception {
    List<String> expected = new ArrayList<>();
    try (RecordingDevice sender = device(installation, ann, "laptop")) {
      for (int i = 0; i < 7; i++) {
        sender.send(Target.user(bob), "text " + i);
        expected.add("text " + i);
      }
    }
    List<String> read = new ArrayList<>();
    String lastPos = "";
    long end = System.nanoTime() + LIMIT.toNanos();
    while (read.size() < expected.size() && System.nanoTime() < end) {
      JsonObject part = receive(bob, "limit=3&wait=5&lastPos=" + lastPos);
      assertThat(texts(part)).hasSizeLessThanOrEqualTo(3);
      read.addAll(texts(part));
      lastPos = position(part);
    }
    assertThat(read).containsExactlyElementsOf(expected);
  }

  @Test
  void aLongPollAnswersAsSoonAsSomethingComes() throws Exception {
    String lastPos = position(receive(bob, "targetID=" + ann));
    CompletableFuture<HttpResponse<String>> poll =
        http.sendAsync(
            get(bob, "targetID=" + ann + "&wait=60&lastPos=" + lastPos), BodyHandlers.ofString());
    send(ann, "{'targetID':'%s','text':'at last'}".formatted(bob));

    assertThat(poll).succeedsWithin(LIMIT);
    assertThat(texts(json(poll.join()))).containsExactly("at last");
  }

  @Test
  void speaksWithPeopleOnWebSockets() throws Exception {
    try (RecordingDevice device = device(installation, bob, "phone")) {
      device.client().send(Target.user(ann), Content.text("from a phone")).join();
      JsonObject sent = send(ann, "{'targetID':'%s','text':'from a browser'}".formatted(bob));
      assertThat(sent.get("prev_seq").getAsLong()).isEqualTo(1);
      assertThat(texts(receive(ann, "targetID=" + bob)))
          .containsExactly("from a phone", "from a browser");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json | 400 | REQUEST_INVALID",
        "[] | 400 | REQUEST_INVALID",
        "{'targetID':'x'} | 400 | REQUEST_INVALID",
        "{'text':'x'} | 400 | REQUEST_INVALID",
        "{'targetID':'x','text':''} | 400 | REQUEST_INVALID",
        "{'targetID':'x','text':'x','more':'x'} | 400 | REQUEST_INVALID",
        "{'targetID':'x','text':'x','sourceID':'mallory'} | 400 | REQUEST_INVALID",
        "{'targetID':'x','text':'x','clientMessageId':'12'} | 400 | REQUEST_INVALID",
        "{'targetID':'x','encodedMedia':'###'} | 400 | REQUEST_INVALID",
        "{'groupID':'00112233445566778899aabbccddeeff','text':'x'} | 404 | CONVERSATION_UNKNOWN"
      })
  void refusesWhatCannotBeSent(String body, int status, String reason) throws Exception {
    HttpResponse<String> answer = post(ann, body);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo(reason);
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    HttpResponse<String> answer =
        post(ann, "{'targetID':'%s','text':'%s'}".formatted(bob, "x".repeat(40_000)));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo("BODY_TOO_LARGE");
  }

  @ParameterizedTest
  @CsvSource({"lastPos=zzz", "wait=61", "wait=soon", "limit=0", "limit=201", "nonsense=1"})
  void refusesWhatCannotBeReceived(String query) throws Exception {
    HttpResponse<String> answer = http.send(get(bob, query), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo("REQUEST_INVALID");
  }

  @Test
  void refusesWhoDoesNotSignIn() throws Exception {
    HttpRequest anonymous = HttpRequest.newBuilder(uri("rtm.receive")).build();
    HttpResponse<String> answer = http.send(anonymous, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo("TOKEN_INVALID");
  }

  private JsonObject send(String user, String body) throws Exception {
    HttpResponse<String> answer = post(user, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private JsonObject receive(String user, String query) throws Exception {
    HttpResponse<String> answer = http.send(get(user, query), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private HttpResponse<String> post(String user, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri("rtm.send"))
            .header("Authorization", "Bearer " + token(user))
            .POST(BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private HttpRequest get(String user, String query) {
    return HttpRequest.newBuilder(uri("rtm.receive?" + query))
        .header("Authorization", "Bearer " + token(user))
        .build();
  }

  private URI uri(String call) {
    return URI.create("http://" + installation.now().endpoints().getFirst() + "/api/v1/" + call);
  }

  private String token(String user) {
    return new LocalTokens(Path.of(installation.now().tokenKeyFile()), InstantSource.system())
        .sign(user, Duration.ofHours(1));
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private static String position(JsonObject answer) {
    return answer.get("lastPos").getAsString();
  }

  private static List<String> texts(JsonObject answer) {
    List<String> texts = new ArrayList<>();
    for (JsonElement message : answer.getAsJsonArray("messages")) {
      texts.add(message.getAsJsonObject().get("text").getAsString());
    }
    return texts;
  }
}
