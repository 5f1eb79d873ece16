package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.runtime.slots.SlotRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The append path over shards that come and go.
final class AppendShardsTest {
  private static final ConversationId ANN_BOB = AppendRig.direct("ann", "bob");
  private static final SlotRange LOW = new SlotRange(0, 512);
  private static final SlotRange HIGH = new SlotRange(512, 1024);
  private static final SlotRange[] FOUR = {
    new SlotRange(0, 256),
    new SlotRange(256, 512),
    new SlotRange(512, 768),
    new SlotRange(768, 1024)
  };

  private final FakeConversationStore store = new FakeConversationStore();
  private final AppendRig rig = new AppendRig(store);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aBatchThatMeetsTwoShardsIsDividedBySlotAndStored() {
    store.divide(LOW, HIGH);

    List<CompletableFuture<Outcome>> answers = sendToMany("before");
    answers.forEach(
        answer -> assertThat(AppendRig.await(answer)).isInstanceOf(Outcome.Stored.class));

    store.shards().become(List.of(LOW, HIGH));
    store.divide(FOUR);
    sendToMany("after")
        .forEach(answer -> assertThat(AppendRig.await(answer)).isInstanceOf(Outcome.Stored.class));
  }

  @Test
  void whatWasAcceptedBeforeASplitIsStoredBeforeWhatCameAfterIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    store.beforeAppend(() -> {
      begun.countDown();
      await(go);
    });
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    answers.add(rig.submit(rig.post("ann", "bob", rig.newId(), "0")));
    begun.await();
    for (int i = 1; i < 50; i++) {
      if (i % 10 == 0) {
        store.shards().become(i % 20 == 0 ? List.of(FOUR) : List.of(LOW, HIGH));
      }
      answers.add(rig.submit(rig.post("ann", "bob", rig.newId(), String.valueOf(i))));
    }
    go.countDown();
    answers.forEach(AppendRig::await);

    List<String> texts =
        store.all(ANN_BOB).stream().map(StoredMessage::body).map(Object::toString).toList();
    List<Long> seqs =
        answers.stream().map(answer -> ((Outcome.Stored) answer.join()).seq()).toList();
    assertThat(seqs).isSorted();
    assertThat(texts).hasSize(50);
  }

  @Test
  void closesWhileAPartIsStillAtWorkForASplit() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    store.beforeAppend(() -> {
      begun.countDown();
      await(go);
    });
    CompletableFuture<Outcome> first = rig.submit(rig.post("ann", "bob", rig.newId(), "0"));
    begun.await();
    store.shards().become(List.of(LOW, HIGH));
    CompletableFuture<Outcome> second = rig.submit(rig.post("ann", "bob", rig.newId(), "1"));
    CompletableFuture<Void> closed = CompletableFuture.runAsync(rig::close);
    assertThat(closed).isNotDone();
    go.countDown();

    AppendRig.await(closed);
    assertThat(first.join()).isInstanceOf(Outcome.Stored.class);
    assertThat(second.join()).isInstanceOf(Outcome.Stored.class);
  }

  private List<CompletableFuture<Outcome>> sendToMany(String text) {
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(rig.submit(rig.post("ann", "peer-" + i, rig.newId(), text)));
    }
    return answers;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
