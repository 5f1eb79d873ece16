package dev.carillon.message.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.message.MessageApp;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.rig.AppendClient;
import dev.carillon.message.rig.Items;
import dev.carillon.message.rig.MessageRig;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Devices sync through the real service while people talk.
final class SyncMailboxIT {
  private static final int FRIENDS = 7;

  @RegisterExtension
  static final RealMariaDb mariaDb =
      new RealMariaDb(MessageRig.CONVERSATIONS, MessageRig.MAILBOXES);

  @RegisterExtension static final RealEtcd etcd = new RealEtcd();

  private MessageRig rig;
  private AppendClient client;

  @BeforeEach
  void start() throws Exception {
    rig = new MessageRig(mariaDb, etcd);
    rig.sequence();
    MessageApp app = rig.message();
    client = rig.client(app);
    await().atMost(Duration.ofSeconds(60)).until(() -> app.host().health().isReady());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private static SyncMailboxRequest.Builder request(String device, int pageSize) {
    return SyncMailboxRequest.newBuilder()
        .setUserId("bob")
        .setDeviceId(device)
        .setLimit(pageSize)
        .setMessagesPerThread(50);
  }

  /// All threads of a sync, each page acknowledged by the next.
  private List<ThreadChange> sync(String device) {
    List<ThreadChange> changes = new ArrayList<>();
    SyncMailboxRequest.Builder request = request(device, 3);
    SyncMailboxResponse page;
    do {
      page = client.calls().syncMailbox(request.build());
      assertThat(page.getChangesList())
          .extracting(change -> change.getThread().getVersion())
          .isSorted();
      changes.addAll(page.getChangesList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return changes;
  }

  private void follow(Map<ByteString, Long> held) {
    for (ThreadChange change : sync("phone")) {
      change
          .getMessagesList()
          .forEach(message -> held.merge(message.getConversationId(), message.getSeq(), Math::max));
    }
  }

  private long version() {
    return client
        .calls()
        .getMailboxVersions(GetMailboxVersionsRequest.newBuilder().addUserIds("bob").build())
        .getVersions(0);
  }

  private void say(int friend) {
    AppendResult result = client.send(Items.direct("friend-" + friend, "bob", "hello"));
    assertThat(result.hasAppended()).as("%s", result).isTrue();
  }

  @Test
  void aDeviceThatSyncsWhilePeopleTalkMissesNothing() {
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    Map<ByteString, Long> held = new HashMap<>();
    for (int round = 0; round < 20; round++) {
      for (int friend = 0; friend < FRIENDS; friend++) {
        answers.add(client.append(Items.direct("friend-" + friend, "bob", "round " + round)));
      }
      follow(held);
    }
    answers.forEach(answer -> assertThat(answer.join().hasAppended()).isTrue());
    Map<ByteString, Long> newest = new HashMap<>();
    for (int friend = 0; friend < FRIENDS; friend++) {
      newest.put(
          Items.direct("friend-" + friend, "bob"),
          answers.get(answers.size() - FRIENDS + friend).join().getAppended().getSeq());
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          follow(held);
          assertThat(held).isEqualTo(newest);
        });
  }

  @Test
  void devicesOfOneUserAreCompleteEachForItself() {
    for (int friend = 0; friend < FRIENDS; friend++) {
      say(friend);
    }
    await().until(() -> version() == FRIENDS);

    assertThat(sync("phone")).hasSize(FRIENDS);
    assertThat(sync("phone")).isEmpty();
    assertThat(sync("laptop")).hasSize(FRIENDS);
    say(3);
    await().until(() -> version() == FRIENDS + 1);
    assertThat(sync("phone"))
        .extracting(change -> change.getThread().getPeer())
        .containsExactly("friend-3");
  }

  @Test
  void aTokenThatWasNotGivenIsRefused() {
    for (int friend = 0; friend < FRIENDS; friend++) {
      say(friend);
    }
    await().until(() -> version() == FRIENDS);
    ByteString token = client.calls().syncMailbox(request("phone", 3).build()).getNextPageToken();

    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(
            () -> client.calls().syncMailbox(request("laptop", 3).setPageToken(token).build()))
        .satisfies(failure -> {
          Refusal refusal = Refusals.of(failure);
          assertThat(refusal.is(MessageError.PAGE_TOKEN_INVALID)).isTrue();
        });
  }
}
