package dev.carillon.local;

import static dev.carillon.local.Product.device;
import static dev.carillon.local.Product.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.client.InMemoryCursorStore;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// People talk, through the SDK, to the whole product.
@ExtendWith(Product.class)
final class ConversationsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void bothDevicesOfAPersonGetEveryMessage(OwnInstallation installation) throws Exception {
    String bob = person("bob");
    try (RecordingDevice ann = device(installation, person("ann"), "laptop");
        RecordingDevice phone = device(installation, bob, "phone");
        RecordingDevice tablet = device(installation, bob, "tablet")) {
      phone.client().signedIn().join();
      tablet.client().signedIn().join();
      ConversationId direct = ann.send(Target.user(bob), "one").conversationId();
      ann.send(Target.user(bob), "two");
      for (RecordingDevice device : List.of(phone, tablet)) {
        assertThat(device.awaitReceived(direct, 2, LIMIT)).isTrue();
        assertThat(device.received(direct))
            .extracting(RecordingDevice::text)
            .containsExactly("one", "two");
      }
    }
  }

  @Test
  void everybodySeesTwoHundredMessagesOfFourSendersInOneOrder(OwnInstallation installation)
      throws Exception {
    List<String> people = IntStream.range(0, 4).mapToObj(i -> person("member")).toList();
    List<RecordingDevice> devices =
        people.stream().map(user -> device(installation, user, "phone")).toList();
    try {
      ConversationId group = ConversationId.random();
      devices.getFirst().client().createGroup(group, "trip", people.subList(1, 4), true).join();
      List<CompletableFuture<SentMessage>> sends = new ArrayList<>();
      for (int number = 0; number < 200; number++) {
        sends.add(
            devices
                .get(number % 4)
                .sending(
                    Target.conversation(group), "message " + number, ClientMessageId.random()));
      }
      sends.forEach(CompletableFuture::join);
      List<Message> history = devices.getFirst().history(group);
      assertThat(RecordingDevice.texts(history)).hasSize(200);
      assertChain(history);
      for (RecordingDevice device : devices) {
        assertThat(device.awaitReceived(group, 200, LIMIT)).isTrue();
        assertThat(device.received(group)).isEqualTo(RecordingDevice.texts(history));
        assertThat(device.history(group)).isEqualTo(history);
      }
    } finally {
      devices.forEach(RecordingDevice::close);
    }
  }

  /// A sync ends at the version that its first page found: a thread that changes in that very
  /// moment is found by the next one.
  @Test
  void aDeviceThatWasAwayGetsEverythingBySync(OwnInstallation installation) throws Exception {
    String bob = person("bob");
    InMemoryCursorStore cursors = new InMemoryCursorStore();
    List<String> missed = IntStream.range(0, 30).mapToObj(i -> "missed " + i).toList();
    try (RecordingDevice ann = device(installation, person("ann"), "laptop")) {
      ConversationId direct = ann.send(Target.user(bob), "seen").conversationId();
      try (RecordingDevice phone = device(installation, bob, "phone", cursors)) {
        assertThat(phone.awaitReceived(direct, 1, LIMIT)).isTrue();
        phone.client().sync().join();
      }
      missed.forEach(text -> ann.send(Target.user(bob), text));
      try (RecordingDevice phone = device(installation, bob, "phone", cursors)) {
        await()
            .untilAsserted(() -> {
              long version = phone.client().sync().join();
              assertThat(phone.received(direct))
                  .extracting(RecordingDevice::text)
                  .isEqualTo(missed);
              assertThat(version).isEqualTo(cursors.mailboxVersion());
              assertThat(phone.client().sync().join()).isEqualTo(version);
            });
        assertThat(phone.received(direct)).hasSize(missed.size());
      }
    }
  }

  @Test
  void theSameIdSentTwiceIsOneMessage(OwnInstallation installation) {
    Target bob = Target.user(person("bob"));
    ClientMessageId id = ClientMessageId.random();
    String sender = person("ann");
    SentMessage first;
    try (RecordingDevice ann = device(installation, sender, "laptop")) {
      first = ann.sending(bob, "once", id).join();
    }
    try (RecordingDevice ann = device(installation, sender, "phone")) {
      SentMessage second = ann.sending(bob, "once", id).join();
      assertThat(first.duplicate()).isFalse();
      assertThat(second.duplicate()).isTrue();
      assertThat(second.seq()).isEqualTo(first.seq());
      assertThat(second.prevSeq()).isEqualTo(first.prevSeq());
      assertThat(ann.history(first.conversationId())).hasSize(1);
    }
  }

  /// Each message names the one before it, from the first on.
  static void assertChain(List<Message> history) {
    assertThat(history).isNotEmpty();
    long previous = 0;
    for (Message message : history) {
      assertThat(message.prevSeq()).isEqualTo(previous);
      assertThat(message.seq()).isGreaterThan(previous);
      previous = message.seq();
    }
  }
}
