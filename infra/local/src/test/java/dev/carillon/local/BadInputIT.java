package dev.carillon.local;

import static dev.carillon.local.Product.device;
import static dev.carillon.local.Product.person;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.client.CarillonException;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.Target;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.Hello;
import dev.carillon.installation.LocalTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Input that nobody should send gets a clear refusal through the whole product, while two others
/// go on talking undisturbed.
@ExtendWith(Product.class)
final class BadInputIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final OwnInstallation installation;
  private final String witness = person("witness");
  private final RecordingDevice speaker;
  private final RecordingDevice hearer;
  private ConversationId undisturbed = ConversationId.random();

  BadInputIT(OwnInstallation installation) {
    this.installation = installation;
    this.speaker = device(installation, person("speaker"), "laptop");
    this.hearer = device(installation, witness, "laptop");
  }

  @BeforeEach
  void twoTalk() throws InterruptedException {
    undisturbed = speaker.send(Target.user(witness), "before").conversationId();
    assertThat(hearer.awaitReceived(undisturbed, 1, LIMIT)).isTrue();
  }

  @AfterEach
  void theyStillTalkOnTheSameConnections() throws InterruptedException {
    try (speaker;
        hearer) {
      speaker.send(Target.user(witness), "after");
      assertThat(hearer.awaitReceived(undisturbed, 2, LIMIT)).isTrue();
      assertThat(hearer.received(undisturbed))
          .extracting(RecordingDevice::text)
          .containsExactly("before", "after");
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    Content huge = new Content.Binary("application/octet-stream", new byte[70_000]);
    assertThat(reason(speaker.client().send(Target.user(witness), huge)))
        .isEqualTo("BODY_TOO_LARGE");
  }

  @Test
  void aTextThatIsEmptyIsRefused() {
    assertThat(reason(speaker.client().send(Target.user(witness), Content.text(""))))
        .isEqualTo("REQUEST_INVALID");
  }

  @Test
  void aConversationThatDoesNotExistIsRefused() {
    Target nowhere = Target.conversation(ConversationId.random());
    assertThat(reason(speaker.client().send(nowhere, Content.text("hello"))))
        .isEqualTo("CONVERSATION_UNKNOWN");
  }

  @Test
  void whoIsNotAMemberIsRefused() {
    ConversationId group = ConversationId.random();
    speaker.client().createGroup(group, "private", List.of(), true).join();
    Target closed = Target.conversation(group);
    assertThat(reason(hearer.client().send(closed, Content.text("hello"))))
        .isEqualTo("NOT_A_MEMBER");
  }

  @Test
  void anIdUsedForAnotherBodyIsRefused() {
    ClientMessageId id = ClientMessageId.random();
    Target other = Target.user(person("other"));
    speaker.sending(other, "one", id).join();
    assertThat(reason(speaker.sending(other, "two", id))).isEqualTo("CLIENT_ID_REUSED");
  }

  @Test
  void aTokenSignedBySomebodyElseIsRefused() throws InterruptedException {
    String[] parts = hello().getToken().split("\\.", -1);
    String forged = parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length());
    assertThat(goodbye(hello().setToken(forged))).isEqualTo("TOKEN_INVALID");
  }

  @Test
  void aTokenThatHasExpiredIsRefused() throws InterruptedException {
    InstantSource yesterday = InstantSource.fixed(Instant.now().minus(Duration.ofDays(1)));
    String expired =
        new LocalTokens(Path.of(installation.now().tokenKeyFile()), yesterday)
            .sign("mallory", Duration.ofHours(1));
    assertThat(goodbye(hello().setToken(expired))).isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void anotherVersionOfTheProtocolIsRefused() throws InterruptedException {
    assertThat(goodbye(hello().setProtocolVersion(99))).isEqualTo("VERSION_UNSUPPORTED");
  }

  @Test
  void aFrameBeforeHelloIsRefused() throws InterruptedException {
    ClientFrame early =
        ClientFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();
    assertThat(goodbye(early.toByteArray())).isEqualTo("PROTOCOL_ERROR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"this is no frame", "\u00ff\u00ff\u00ff\u00ff"})
  void aFrameThatCannotBeReadIsRefused(String bytes) throws InterruptedException {
    assertThat(goodbye(bytes.getBytes(UTF_8))).isEqualTo("PROTOCOL_ERROR");
  }

  @Test
  void aFrameThatCannotBeReadEndsASessionToo() throws Exception {
    try (RawDevice raw = RawDevice.connect(installation.now())) {
      raw.signIn(installation.now(), person("mallory"));
      raw.sendContent("this is no frame".getBytes(UTF_8));
      assertThat(raw.next().getGoodbye().getRefusal().getReason()).isEqualTo("PROTOCOL_ERROR");
    }
  }

  private Hello.Builder hello() {
    return RawDevice.hello(installation.now(), "mallory");
  }

  private String goodbye(Hello.Builder hello) throws InterruptedException {
    return goodbye(ClientFrame.newBuilder().setHello(hello).build().toByteArray());
  }

  /// The reason with which the gateway ends a connection that begins like this.
  private String goodbye(byte[] first) throws InterruptedException {
    try (RawDevice raw = RawDevice.connect(installation.now())) {
      raw.sendContent(first);
      String reason = raw.next().getGoodbye().getRefusal().getReason();
      assertThat(raw.closed()).succeedsWithin(LIMIT);
      return reason;
    }
  }

  private static String reason(CompletableFuture<?> request) {
    try {
      request.join();
      return "accepted";
    } catch (CompletionException e) {
      return e.getCause() instanceof CarillonException refused ? refused.reason() : e.toString();
    }
  }
}
