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
import dev.carillon.wire.HttpCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// People who can only speak plain HTTP, through the whole product.
@ExtendWith(Product.class)
final class HttpIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final OwnInstallation installation;
  private final String ann = person("ann");
  private final String bob = person("bob");

  HttpIT(OwnInstallation installation) {
    this.installation = installation;
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
    FutureTask<JsonObject> poll =
        new FutureTask<>(() -> receive(bob, "targetID=" + ann + "&wait=60&lastPos=" + lastPos));
    Thread.ofVirtual().start(poll);
    send(ann, "{'targetID':'%s','text':'at last'}".formatted(bob));

    assertThat(poll).succeedsWithin(LIMIT);
    assertThat(texts(poll.get())).containsExactly("at last");
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
    HttpCalls.Answer answer = post(ann, body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo(reason);
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    HttpCalls.Answer answer =
        post(ann, "{'targetID':'%s','text':'%s'}".formatted(bob, "x".repeat(40_000)));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo("BODY_TOO_LARGE");
  }

  @ParameterizedTest
  @CsvSource({"lastPos=zzz", "wait=61", "wait=soon", "limit=0", "limit=201", "nonsense=1"})
  void refusesWhatCannotBeReceived(String query) throws Exception {
    HttpCalls.Answer answer = as(bob).get("rtm.receive?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo("REQUEST_INVALID");
  }

  @Test
  void refusesWhoDoesNotSignIn() throws Exception {
    HttpCalls.Answer answer = new HttpCalls(endpoint(), "").get("rtm.receive");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).get("reason").getAsString()).isEqualTo("TOKEN_INVALID");
  }

  private JsonObject send(String user, String body) throws Exception {
    HttpCalls.Answer answer = post(user, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private JsonObject receive(String user, String query) throws Exception {
    HttpCalls.Answer answer = as(user).get("rtm.receive?" + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private HttpCalls.Answer post(String user, String body) throws Exception {
    return as(user).post("rtm.send", body.replace('\'', '"'));
  }

  private HttpCalls as(String user) {
    String token = LocalTokens.of(installation.now()).sign(user, Duration.ofHours(1));
    return new HttpCalls(endpoint(), token);
  }

  private String endpoint() {
    return installation.now().endpoints().getFirst();
  }

  private static JsonObject json(HttpCalls.Answer answer) {
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
