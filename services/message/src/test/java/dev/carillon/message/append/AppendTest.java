package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.message.store.FakeConversationStore.Mishap;
import dev.carillon.runtime.slots.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the append path promises, over stores that fail in every way.
final class AppendTest {
  private static final ConversationId ANN_BOB = AppendRig.direct("ann", "bob");

  private final FakeConversationStore store = new FakeConversationStore();
  private AppendRig rig = new AppendRig(store);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void numbersAConversationFromOneAndChainsItsMessages() {
    Outcome.Stored first = rig.stored(rig.post("ann", "bob", rig.newId(), "hello"));
    Outcome.Stored second = rig.stored(rig.post("bob", "ann", rig.newId(), "hi"));

    assertThat(first).isEqualTo(new Outcome.Stored(1, 0, false));
    assertThat(second).isEqualTo(new Outcome.Stored(2, 1, false));
    assertThat(store.all(ANN_BOB))
        .extracting(StoredMessage::place)
        .containsExactly(new Place(1, 0, 1), new Place(2, 1, 2));
  }

  @Test
  void storesManyConcurrentSendersInOneUnbrokenChain() {
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String sender = i % 2 == 0 ? "ann" : "bob";
      String peer = i % 2 == 0 ? "bob" : "ann";
      answers.add(rig.submit(rig.post(sender, peer, rig.newId(), "text " + i)));
    }
    answers.forEach(AppendRig::await);

    long last = 0;
    for (StoredMessage message : store.all(ANN_BOB)) {
      assertThat(message.prevSeq()).isEqualTo(last);
      last = message.seq();
    }
    assertThat(store.all(ANN_BOB)).hasSize(1_000);
    assertThat(store.appends()).isLessThan(1_000);
    // Senders are answered before fan-out is told.
    await().untilAsserted(() -> assertThat(rig.fanOut.seqs()).isSorted().hasSize(1_000));
  }

  @Test
  void keepsTheOrderOfArrivalOfOneConversation() {
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    rig.sequence.blockSize(3);
    for (int i = 0; i < 100; i++) {
      answers.add(rig.submit(rig.post("ann", "bob", rig.newId(), "text " + i)));
    }
    List<Long> seqs =
        answers.stream()
            .map(AppendRig::await)
            .map(outcome -> ((Outcome.Stored) outcome).seq())
            .toList();

    assertThat(seqs).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void answersARepeatWithTheSamePlace() {
    Change.Post post = rig.post("ann", "bob", rig.newId(), "hello");
    Outcome.Stored first = rig.stored(post);

    assertThat(rig.stored(post)).isEqualTo(new Outcome.Stored(first.seq(), 0, true));
    assertThat(rig.stored(AppendRig.again(post)))
        .isEqualTo(new Outcome.Stored(first.seq(), 0, true));
    assertThat(store.all(ANN_BOB)).hasSize(1);
  }

  @Test
  void recognisesARepeatAfterItForgotEverything() {
    Change.Post post = rig.post("ann", "bob", rig.newId(), "hello");
    Outcome.Stored first = rig.stored(post);
    rig.close();
    rig = new AppendRig(store);
    rig.sequence.skipTo(ANN_BOB, 100);

    assertThat(rig.stored(post)).isEqualTo(new Outcome.Stored(first.seq(), 0, true));
    assertThat(store.all(ANN_BOB)).hasSize(1);
  }

  @Test
  void storesOneOfTwoRepeatsInTheSameBatch() {
    Change.Post post = rig.post("ann", "bob", rig.newId(), "hello");
    rig.sequence.hold();
    CompletableFuture<Outcome> one = rig.submit(post);
    CompletableFuture<Outcome> other = rig.submit(post);
    rig.sequence.release();

    assertThat(AppendRig.await(one)).isEqualTo(new Outcome.Stored(1, 0, false));
    assertThat(AppendRig.await(other)).isEqualTo(new Outcome.Stored(1, 0, true));
    assertThat(store.all(ANN_BOB)).hasSize(1);
  }

  @Test
  void refusesAnIdThatWasUsedForAnotherBody() {
    ClientMessageId id = rig.newId();
    rig.stored(rig.post("ann", "bob", id, "hello"));
    Change.Post other = rig.post("ann", "bob", id, "good bye");

    assertThat(rig.refusal(other)).isEqualTo("CLIENT_ID_REUSED");
    assertThat(rig.refusal(AppendRig.again(other))).isEqualTo("CLIENT_ID_REUSED");
    rig.close();
    rig = new AppendRig(store);
    rig.sequence.skipTo(ANN_BOB, 100);
    assertThat(rig.refusal(other)).isEqualTo("CLIENT_ID_REUSED");
  }

  @Test
  void letsTwoSendersUseTheSameId() {
    ClientMessageId id = rig.newId();

    assertThat(rig.stored(rig.post("ann", "bob", id, "hello")).seq()).isEqualTo(1);
    assertThat(rig.stored(rig.post("bob", "ann", id, "hi")).seq()).isEqualTo(2);
  }

  @Test
  void refusesWhatMayNotBeSaid() {
    rig.stored(rig.post("ann", "bob", rig.newId(), "hello"));
    MessageKey strange = new MessageKey(ANN_BOB, "eve", rig.newId());

    assertThat(rig.refusal(new Change.Post(strange, "", AppendRig.text("x"), false, "")))
        .isEqualTo("NOT_A_MEMBER");
    assertThat(rig.refusal(new Change.Post(strange, "bob", AppendRig.text("x"), false, "")))
        .isEqualTo("CONVERSATION_UNKNOWN");
    MessageKey unknown = new MessageKey(AppendRig.group(5), "ann", rig.newId());
    assertThat(rig.refusal(new Change.Post(unknown, "", AppendRig.text("x"), false, "")))
        .isEqualTo("CONVERSATION_UNKNOWN");
    assertThat(store.all(ANN_BOB)).hasSize(1);
  }

  @Test
  void asksForNoNumbersForARefusal() {
    MessageKey unknown = new MessageKey(AppendRig.group(5), "ann", rig.newId());

    rig.send(new Change.Post(unknown, "", AppendRig.text("x"), false, ""));

    assertThat(rig.sequence.requests()).isZero();
  }

  @Test
  void triesAgainWhileTheDatabaseIsAway() {
    store.next(Mishap.FAILS, Mishap.FAILS, Mishap.FAILS);

    assertThat(rig.stored(rig.post("ann", "bob", rig.newId(), "hello")).seq()).isEqualTo(1);
  }

  @Test
  void givesUpWhenTheDatabaseStaysAway() {
    rig.sequence.hold();
    CompletableFuture<Outcome> answer = rig.submit(rig.post("ann", "bob", rig.newId(), "hello"));
    await().until(() -> rig.sequence.waiting() == 1);
    store.next(Mishap.FAILS);
    rig.clock.advance(Duration.ofSeconds(6));
    rig.sequence.release();

    Outcome.Refused refused = (Outcome.Refused) AppendRig.await(answer);
    assertThat(refused.refusal().retryable()).isTrue();
    assertThat(store.all(ANN_BOB)).isEmpty();
  }

  @Test
  void findsOutThatACommitOfUnknownOutcomeHappened() {
    rig.stored(rig.post("ann", "bob", rig.newId(), "hello"));
    store.next(Mishap.COMMITS_SILENTLY);

    Outcome.Stored stored = rig.stored(rig.post("ann", "bob", rig.newId(), "again"));

    assertThat(stored).isEqualTo(new Outcome.Stored(2, 1, false));
    assertThat(store.all(ANN_BOB)).hasSize(2);
    await().until(() -> rig.fanOut.behind().equals(List.of(ANN_BOB)));
  }

  @Test
  void writesAgainWhatACommitOfUnknownOutcomeLost() {
    rig.stored(rig.post("ann", "bob", rig.newId(), "hello"));
    store.next(Mishap.VANISHES);

    Outcome.Stored stored = rig.stored(rig.post("ann", "bob", rig.newId(), "again"));

    assertThat(stored.duplicate()).isFalse();
    assertThat(store.all(ANN_BOB)).hasSize(2);
    await().until(() -> rig.fanOut.seqs().contains(stored.seq()));
  }

  @Test
  void readsAgainWhenAnotherOwnerMovedTheHead() {
    rig.stored(rig.post("ann", "bob", rig.newId(), "hello"));
    store.moveOn(
        ANN_BOB,
        new StoredMessage(
            ANN_BOB,
            new Place(500, 1, 2),
            "bob",
            rig.newId(),
            rig.clock.instant(),
            AppendRig.text("from the other owner"),
            0));

    Outcome.Stored stored = rig.stored(rig.post("ann", "bob", rig.newId(), "after"));

    assertThat(stored.prevSeq()).isEqualTo(500);
    assertThat(stored.seq()).isGreaterThan(500);
  }

  @Test
  void refusesWhatItDoesNotOwn() {
    rig.slots.lose();

    Outcome.Refused refused =
        (Outcome.Refused) rig.send(rig.post("ann", "bob", rig.newId(), "hello"));

    assertThat(refused.refusal().reason().name()).isEqualTo("SLOT_MOVED");
    assertThat(refused.refusal().metadata()).containsEntry("owner", "other");
  }

  @Test
  void writesNothingForASlotLostWhileTheMessageWaited() {
    rig.sequence.hold();
    CompletableFuture<Outcome> answer = rig.submit(rig.post("ann", "bob", rig.newId(), "hello"));
    await().until(() -> rig.sequence.waiting() == 1);
    rig.slots.lose();
    rig.sequence.release();

    assertThat(AppendRig.reason(AppendRig.await(answer))).isEqualTo("SLOT_MOVED");
    assertThat(store.all(ANN_BOB)).isEmpty();
  }

  @Test
  void finishesAHandedOverSlotBeforeItSaysSo() {
    rig.sequence.hold();
    CompletableFuture<Outcome> answer = rig.submit(rig.post("ann", "bob", rig.newId(), "hello"));
    await().until(() -> rig.sequence.waiting() == 1);
    rig.slots.release();
    CompletableFuture<Void> finished = rig.appends.finish(Slots.of(ANN_BOB.bytes()));

    assertThat(finished).isNotDone();
    assertThat(rig.refusal(rig.post("ann", "bob", rig.newId(), "too late")))
        .isEqualTo("SLOT_MOVED");
    rig.sequence.release();
    AppendRig.await(finished);
    assertThat(answer).isCompletedWithValue(new Outcome.Stored(1, 0, false));
    assertThat(rig.fanOut.seqs()).containsExactly(1L);
  }

  @Test
  void pushesBackWhenTheQueueIsFull() {
    rig.close();
    rig = new AppendRig(store, new FakeSequence(), AppendRig.limits(3));
    rig.sequence.hold();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(rig.submit(rig.post("ann", "bob", rig.newId(), "text " + i)));
    }

    assertThat(AppendRig.reason(AppendRig.await(answers.get(4)))).isEqualTo("OVERLOADED");
    rig.sequence.release();
    assertThat(AppendRig.await(answers.get(0))).isInstanceOf(Outcome.Stored.class);
  }

  @Test
  void pushesBackWhatIsNewWhileTheQueueDoesNotEmpty() {
    rig.close();
    rig = new AppendRig(store, new FakeSequence(), AppendRig.limits(1_000, 1));
    rig.sequence.hold();
    CompletableFuture<Outcome> fresh = new CompletableFuture<>();
    CompletableFuture<Outcome> resent = new CompletableFuture<>();
    store.beforeAppend(() -> {
      rig.clock.advance(Duration.ofMillis(35));
      if (store.appends() == 10) {
        Change.Post post = rig.post("ann", "bob", rig.newId(), "one too many");
        rig.submit(post).thenAccept(fresh::complete);
        rig.submit(AppendRig.again(post)).thenAccept(resent::complete);
      }
    });
    List<CompletableFuture<Outcome>> early = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      early.add(rig.submit(rig.post("ann", "bob", rig.newId(), "text " + i)));
    }
    rig.sequence.release();

    assertThat(AppendRig.reason(AppendRig.await(fresh))).isEqualTo("OVERLOADED");
    assertThat(AppendRig.await(resent)).isInstanceOf(Outcome.Stored.class);
    assertThat(early).allMatch(each -> AppendRig.await(each) instanceof Outcome.Stored);
  }

  @Test
  void letsOthersPassWhoseNumbersAreThere() {
    rig.stored(rig.post("cid", "dan", rig.newId(), "numbers are here now"));
    rig.sequence.hold();
    CompletableFuture<Outcome> waiting = rig.submit(rig.post("ann", "bob", rig.newId(), "hello"));

    assertThat(rig.stored(rig.post("cid", "dan", rig.newId(), "passes")).seq()).isEqualTo(2);
    assertThat(waiting).isNotDone();
  }

  @Test
  void refusesWhenNoNumbersCanBeHad() {
    rig.sequence.fail();

    assertThat(rig.refusal(rig.post("ann", "bob", rig.newId(), "hello")))
        .isEqualTo("SEQUENCE_UNAVAILABLE");
  }

  @Test
  void handsFanOutTheMembersAndTheTrace() {
    Change.Post post = rig.post("ann", "bob", rig.newId(), "hello");
    rig.stored(new Change.Post(post.key(), "bob", post.body(), false, "00-trace"));
    await().until(() -> !rig.fanOut.batches().isEmpty());

    Committed batch = rig.fanOut.batches().getFirst();
    assertThat(batch.slot()).isEqualTo(Slots.of(ANN_BOB.bytes()));
    assertThat(batch.epoch()).isEqualTo(1);
    assertThat(batch.members()).extracting(Member::userId).containsExactly("ann", "bob");
    assertThat(batch.messages().getFirst().traceparent()).isEqualTo("00-trace");
    assertThat(batch.head().lastSeq()).isEqualTo(1);
  }

  @Test
  void letsSomebodyTalkToHimself() {
    assertThat(rig.stored(rig.post("ann", "ann", rig.newId(), "note")).seq()).isEqualTo(1);
    await().until(() -> !rig.fanOut.batches().isEmpty());
    assertThat(rig.fanOut.batches().getFirst().members())
        .extracting(Member::userId)
        .containsExactly("ann");
  }
}
