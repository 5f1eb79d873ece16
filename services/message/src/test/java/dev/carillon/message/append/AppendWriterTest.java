package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.message.store.FakeConversationStore.Mishap;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.testing.FakeClock;
import dev.carillon.testing.FakeOwnedSlots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A writer without a thread: every test is the thread itself, and moves its clock.
final class AppendWriterTest implements Replies {
  private static final ConversationId ANN_BOB = AppendRig.direct("ann", "bob");
  private static final int SLOT = Slots.of(ANN_BOB.bytes());

  /// Longer than any back-off.
  private static final Duration SOON = Duration.ofMillis(200);

  private final FakeClock clock = new FakeClock();
  private final FakeConversationStore store = new FakeConversationStore();
  private final FakeSequence sequence = new FakeSequence();
  private final FakeOwnedSlots slots = new FakeOwnedSlots();
  private final RecordingFanOut fanOut = new RecordingFanOut();
  private final Map<Long, Outcome> answers = new LinkedHashMap<>();
  private final AppendQueue queue;
  private long said;
  private int answersToFail;
  private int flushesToFail;

  AppendWriterTest() {
    AppendWriter.Dependencies dependencies =
        AppendRig.dependencies(
            store, sequence, fanOut, slots, AppendRig.limits(100), clock, clock.ticker());
    queue = AppendWriter.open(dependencies);
  }

  @Test
  void whatQueuedGoesInOneTransaction() throws Exception {
    say("ann", "bob");
    say("bob", "ann");
    work();

    assertThat(store.appends()).isEqualTo(1);
    assertThat(storedSeqs()).containsExactly(1L, 2L);
  }

  @Test
  void aBatchThatFailedIsTriedAgainAfterAPauseAndBeforeWhatCameMeanwhile() throws Exception {
    store.next(Mishap.FAILS, Mishap.FAILS);
    say("ann", "bob");
    work();
    say("bob", "ann");
    work();
    assertThat(answers).isEmpty();

    clock.advance(SOON);
    work();
    assertThat(answers).isEmpty();

    clock.advance(SOON);
    work();
    assertThat(storedSeqs()).containsExactly(1L, 2L);
    assertThat(fanOut.seqs()).containsExactly(1L, 2L);
  }

  @Test
  void aBatchWhoseTimeIsUpIsGivenUp() throws Exception {
    store.next(Mishap.FAILS);
    say("ann", "bob");
    work();
    clock.advance(Duration.ofSeconds(5));
    work();

    assertThat(reasons()).containsExactly("DATABASE_UNAVAILABLE");
    assertThat(queue.finish(SLOT)).isDone();
  }

  @Test
  void aChangeThatGetsNoNumberInTimeIsGivenUp() throws Exception {
    sequence.hold();
    say("ann", "bob");
    work();
    clock.advance(Duration.ofSeconds(5));
    work();

    assertThat(reasons()).containsExactly("SEQUENCE_UNAVAILABLE");
  }

  @Test
  void whatWaitsForNumbersKeepsItsOrder() throws Exception {
    sequence.hold();
    say("ann", "bob");
    work();
    say("bob", "ann");
    work();
    sequence.release();
    say("ann", "bob");
    work();

    assertThat(answers.keySet()).containsExactly(1L, 2L, 3L);
    assertThat(storedSeqs()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void nothingIsRetriedForASlotThatIsLost() throws Exception {
    store.next(Mishap.FAILS);
    say("ann", "bob");
    work();
    slots.lose();
    clock.advance(SOON);
    work();

    assertThat(reasons()).containsExactly("SLOT_MOVED");
    assertThat(store.all(ANN_BOB)).isEmpty();
  }

  @Test
  void refusesWhileItStopsAndSaysWhenAllIsAnswered() throws Exception {
    sequence.hold();
    say("ann", "bob");
    work();
    CompletableFuture<Void> all = queue.refuseAll();
    say("bob", "ann");
    assertThat(reasons()).containsExactly("SHUTTING_DOWN");
    assertThat(all).isNotDone();

    sequence.release();
    work();
    assertThat(all).isDone();
  }

  @Test
  void aCallerWhoseAnswersCannotBeSentHoldsUpNeitherOthersNorFanOut() throws Exception {
    flushesToFail = 1;
    say("ann", "bob");
    work();
    say("bob", "ann");
    work();

    assertThat(storedSeqs()).containsExactly(1L, 2L);
    assertThat(fanOut.seqs()).containsExactly(1L, 2L);
    assertThat(fanOut.behind()).isEmpty();
    assertThat(queue.finish(SLOT)).isDone();
  }

  @Test
  void aBatchThatFailsAfterItsCommitIsFannedOutFromTheStore() throws Exception {
    answersToFail = 1;
    say("ann", "bob");
    work();

    assertThat(store.all(ANN_BOB)).hasSize(1);
    assertThat(fanOut.behind()).containsExactly(ANN_BOB);
    assertThat(queue.finish(SLOT)).isDone();

    say("bob", "ann");
    work();
    assertThat(storedSeqs()).containsExactly(2L);
  }

  private void say(String sender, String peer) {
    MessageKey key = new MessageKey(ANN_BOB, sender, new ClientMessageId(1, ++said));
    queue.submit(new Change.Post(key, peer, AppendRig.text("hello"), false, ""), this, said);
  }

  /// Works until the writer has nothing to do before time passes.
  private void work() throws InterruptedException {
    while (queue.part(SLOT).turn()) {
      assertThat(store.appends()).isLessThan(100);
    }
  }

  private List<Long> storedSeqs() {
    List<Long> seqs = new ArrayList<>();
    answers.values().forEach(outcome -> seqs.add(((Outcome.Stored) outcome).seq()));
    return seqs;
  }

  private List<String> reasons() {
    return answers.values().stream().map(AppendRig::reason).toList();
  }

  @Override
  public void answer(long itemId, Outcome outcome) {
    if (answersToFail-- > 0) {
      throw new IllegalStateException("on purpose");
    }
    answers.put(itemId, outcome);
  }

  @Override
  public void flush() {
    if (flushesToFail-- > 0) {
      throw new IllegalStateException("on purpose");
    }
  }
}
