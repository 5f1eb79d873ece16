package dev.carillon.local;

import static dev.carillon.local.Product.device;
import static dev.carillon.local.Product.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import dev.carillon.installation.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The product is broken in the middle of a conversation.
@ExtendWith(Product.class)
final class CrashIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String UNHEARD = "nobody listens to the ack of this";

  @Test
  void aMessageWhoseAckWasLostWithTheServicesIsStoredOnce(OwnInstallation installation)
      throws Exception {
    String sender = person("ann");
    Target bob = Target.user(person("bob"));
    ClientMessageId id = ClientMessageId.random();
    ConversationId direct;
    try (RecordingDevice laptop = device(installation, sender, "laptop");
        RawDevice deaf = RawDevice.connect(installation.now())) {
      direct = laptop.send(bob, "before").conversationId();
      deaf.signIn(installation.now(), sender).send(RawDevice.text(direct, UNHEARD, id));
      await().atMost(LIMIT).until(() -> laptop.history(direct).size() == 2);
      installation.crash();
    }
    installation.up();
    try (RecordingDevice laptop = device(installation, sender, "laptop")) {
      SentMessage again = laptop.sending(bob, UNHEARD, id).join();
      assertThat(again.duplicate()).isTrue();
      assertThat(laptop.history(direct)).hasSize(2);
      assertThat(laptop.history(direct).getLast().seq()).isEqualTo(again.seq());
    }
  }

  @Test
  void everythingInFlightDuringACrashIsStoredOnceAndInOrder(OwnInstallation installation)
      throws Exception {
    Target bob = Target.user(person("bob"));
    try (RecordingDevice ann = device(installation, person("ann"), "laptop")) {
      List<String> texts = IntStream.range(0, 60).mapToObj(i -> "message " + i).toList();
      List<CompletableFuture<SentMessage>> sends = new ArrayList<>();
      texts.forEach(text -> sends.add(ann.sending(bob, text, ClientMessageId.random())));
      ConversationId direct = sends.get(10).join().conversationId();
      installation.crash();
      installation.up();
      sends.forEach(CompletableFuture::join);
      List<Message> history = ann.history(direct);
      assertThat(history).extracting(RecordingDevice::text).isEqualTo(texts);
      ConversationsIT.assertChain(history);
    }
  }

  @Test
  void everythingIsThereAfterDownAndUp(OwnInstallation installation) throws Exception {
    String bob = person("bob");
    String sender = person("ann");
    List<Message> before;
    ConversationId direct;
    try (RecordingDevice ann = device(installation, sender, "laptop")) {
      direct = ann.send(Target.user(bob), "one").conversationId();
      ann.send(Target.user(bob), "two");
      before = ann.history(direct);
    }
    installation.down();
    installation.up();
    try (RecordingDevice phone = device(installation, bob, "phone");
        RecordingDevice ann = device(installation, sender, "laptop")) {
      phone.client().sync().join();
      assertThat(phone.received(direct)).isEqualTo(before);
      SentMessage next = ann.send(Target.user(bob), "three");
      assertThat(next.prevSeq()).isEqualTo(before.getLast().seq());
    }
  }

  @Test
  void losingAllOfRedisLosesNothing(OwnInstallation installation) throws Exception {
    String bob = person("bob");
    List<String> texts = IntStream.range(0, 60).mapToObj(i -> "message " + i).toList();
    try (RecordingDevice ann = device(installation, person("ann"), "laptop");
        RecordingDevice phone = device(installation, bob, "phone")) {
      phone.client().signedIn().join();
      List<CompletableFuture<SentMessage>> sends = new ArrayList<>();
      for (String text : texts) {
        sends.add(ann.sending(Target.user(bob), text, ClientMessageId.random()));
        if (sends.size() == texts.size() / 2) {
          sends.getFirst().join();
          flushRedis(installation);
        }
      }
      ConversationId direct = sends.getFirst().join().conversationId();
      sends.forEach(CompletableFuture::join);
      assertThat(ann.history(direct)).extracting(RecordingDevice::text).isEqualTo(texts);
      assertThat(phone.awaitReceived(direct, texts.size(), LIMIT)).isTrue();
      assertThat(phone.received(direct)).extracting(RecordingDevice::text).isEqualTo(texts);
    }
  }

  private static void flushRedis(OwnInstallation installation) throws IOException {
    Installation.Engine redis =
        installation.now().engines().stream()
            .filter(engine -> engine.name().equals("redis"))
            .findFirst()
            .orElseThrow();
    String password =
        Files.readString(installation.folder().secrets().resolve("redis-password")).strip();
    int port = Integer.parseInt(redis.address().substring(redis.address().lastIndexOf(':') + 1));
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket
          .getOutputStream()
          .write(("AUTH " + password + "\r\nFLUSHALL\r\n").getBytes(StandardCharsets.US_ASCII));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(List.of(answers.readLine(), answers.readLine())).containsOnly("+OK");
    }
  }
}
