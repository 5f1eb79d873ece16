package dev.carillon.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.message.rig.AppendClient;
import dev.carillon.message.rig.FakeSequenceServer;
import dev.carillon.message.rig.Items;
import dev.carillon.message.rig.MessageRig;
import dev.carillon.message.rig.PatientSender;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.Appended;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import dev.carillon.type.v1.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is acknowledged stays, once and in one order, whatever dies while people talk.
final class MessageFaultIT {
  private static final int PAIRS = 4;
  private static final int EACH = 40;

  @RegisterExtension
  static final RealMariaDb mariaDb =
      new RealMariaDb(MessageRig.CONVERSATIONS, MessageRig.MAILBOXES);

  @RegisterExtension static final RealEtcd etcd = new RealEtcd();

  private final List<AppendClient> clients = new CopyOnWriteArrayList<>();
  private final PatientSender sender = new PatientSender(() -> clients);
  private final AtomicInteger stored = new AtomicInteger();
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private MessageRig rig;
  private MessageApp app;
  private FakeSequenceServer sequence;

  @BeforeEach
  void start() throws Exception {
    rig = new MessageRig(mariaDb, etcd);
    sequence = rig.sequence();
    app = rig.message();
    clients.add(rig.client(app));
    await().atMost(Duration.ofSeconds(30)).until(() -> app.host().health().isReady());
  }

  @AfterEach
  void stop() throws Exception {
    senders.shutdownNow();
    rig.close();
  }

  @Test
  void losesNothingWhenTheDatabaseIsKilledAndRestarted() {
    List<CompletableFuture<Map<ByteString, Long>>> talks = talk();
    await().atMost(Duration.ofSeconds(60)).until(() -> stored.get() > PAIRS * EACH / 4);
    mariaDb.kill();
    mariaDb.restart();

    check(talks);
  }

  @Test
  void losesNothingWhenASecondOwnerComesAndTheFirstGoes() throws Exception {
    List<CompletableFuture<Map<ByteString, Long>>> talks = talk();
    await().atMost(Duration.ofSeconds(60)).until(() -> stored.get() > PAIRS * EACH / 4);
    MessageApp second = rig.message();
    AppendClient toSecond = rig.client(second);
    clients.add(toSecond);
    await().atMost(Duration.ofSeconds(60)).until(() -> stored.get() > PAIRS * EACH / 2);
    app.close();

    check(talks, toSecond);
  }

  @Test
  void losesNothingWhenSequenceFallsSilentAndAnotherTakesOver() throws Exception {
    List<CompletableFuture<Map<ByteString, Long>>> talks = talk();
    await().atMost(Duration.ofSeconds(60)).until(() -> stored.get() > PAIRS * EACH / 4);
    sequence.goDeaf();
    rig.sequence();
    sequence.close();

    check(talks);
  }

  @Test
  void knowsARepeatAfterARestart() throws Exception {
    AppendItem item = Items.direct("ann", "bob", "hello");
    Appended first = sender.send(item).getAppended();
    app.close();
    clients.set(0, rig.client(rig.message()));

    Appended again = sender.send(item).getAppended();

    assertThat(again.getDuplicate()).isTrue();
    assertThat(again.getSeq()).isEqualTo(first.getSeq());
    assertThat(history(clients.getFirst(), item.getConversationId(), "bob")).hasSize(1);
  }

  /// Some pairs talk, one message after the other.
  ///
  /// @return per pair, the seq acknowledged for each message
  private List<CompletableFuture<Map<ByteString, Long>>> talk() {
    List<CompletableFuture<Map<ByteString, Long>>> talks = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      String peer = "peer" + pair;
      talks.add(CompletableFuture.supplyAsync(() -> talk(peer), senders));
    }
    return talks;
  }

  private Map<ByteString, Long> talk(String peer) {
    Map<ByteString, Long> acknowledged = new HashMap<>();
    long last = 0;
    for (int i = 0; i < EACH; i++) {
      AppendItem item = Items.direct("ann", peer, "text " + i);
      long seq = sender.send(item).getAppended().getSeq();
      assertThat(seq).isGreaterThan(last);
      last = seq;
      acknowledged.put(item.getClientMessageId(), seq);
      stored.incrementAndGet();
    }
    return acknowledged;
  }

  private void check(List<CompletableFuture<Map<ByteString, Long>>> talks) {
    check(talks, clients.getFirst());
  }

  private static void check(
      List<CompletableFuture<Map<ByteString, Long>>> talks, AppendClient reader) {
    for (int pair = 0; pair < PAIRS; pair++) {
      Map<ByteString, Long> acknowledged = talks.get(pair).orTimeout(120, TimeUnit.SECONDS).join();
      String peer = "peer" + pair;
      Map<ByteString, Long> found = new HashMap<>();
      long last = 0;
      for (Message message : history(reader, Items.direct("ann", peer), peer)) {
        assertThat(message.getPrevSeq()).isEqualTo(last);
        last = message.getSeq();
        assertThat(found.put(message.getClientMessageId(), message.getSeq())).isNull();
      }
      assertThat(found).isEqualTo(acknowledged);
    }
  }

  private static List<Message> history(AppendClient client, ByteString conversation, String user) {
    return client
        .calls()
        .listMessages(
            ListMessagesRequest.newBuilder()
                .setConversationId(conversation)
                .setUserId(user)
                .setAfterSeq(0)
                .setLimit(200)
                .build())
        .getMessagesList();
  }
}
