package dev.carillon.sequence;

import static dev.carillon.sequence.Keys.key;
import static dev.carillon.sequence.ServiceUnderTest.assertMoved;
import static dev.carillon.sequence.ServiceUnderTest.assertRefused;
import static dev.carillon.sequence.ServiceUnderTest.block;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.sequence.Outcome.Block;
import dev.carillon.sequence.Outcome.Refused;
import dev.carillon.testing.FakeOwnedSlots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What happens to requests that wait for the store.
final class SequenceWaitingTest {
  private final ServiceUnderTest tested = new ServiceUnderTest();
  private final FakeSequenceStore store = tested.store;
  private final FakeOwnedSlots owned = tested.owned;
  private final SequenceService service = tested.service;
  private final SequenceKey key = key("ann");

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void finishesWhatItAcceptedBeforeItHandsASlotOver() {
    FakeSequenceStore.Hold hold = store.holdNextAdvance();
    CompletableFuture<Outcome> accepted = tested.take(new NumberRequest(key, 1, true, 0));
    hold.awaitReached();

    owned.release();
    CompletableFuture<Void> released = service.onReleasing(key.slot());
    assertThat(released).isNotDone();
    assertMoved(tested.take(new NumberRequest(key, 1, true, 0)).join());
    hold.letGo();

    assertThat(accepted.join()).isEqualTo(new Block(1, 1));
    assertThat(released).succeedsWithin(Duration.ofSeconds(60));
    assertThat(service.residentKeys()).isZero();
  }

  @Test
  void gathersTheKeysThatWaitIntoOneTransaction() {
    FakeSequenceStore.Hold hold = store.holdNextAdvance();
    List<CompletableFuture<Outcome>> taken = new ArrayList<>();
    taken.add(tested.take(new NumberRequest(key(0), 1, true, 0)));
    hold.awaitReached();
    IntStream.range(1, 5)
        .forEach(i -> taken.add(tested.take(new NumberRequest(key(i), 1, true, 0))));
    hold.letGo();

    taken.forEach(one -> assertThat(one.join()).isEqualTo(new Block(1, 1)));
    assertThat(store.batches()).hasSize(2);
    assertThat(store.batches().getLast()).hasSize(4);
  }

  @Test
  void givesThoseWhoWaitForOneKeyTheirNumbersInTheOrderTheyCame() {
    FakeSequenceStore.Hold hold = store.holdNextAdvance();
    List<CompletableFuture<Outcome>> taken = new ArrayList<>();
    taken.add(tested.take(new NumberRequest(key, 60, true, 0)));
    hold.awaitReached();
    taken.add(tested.take(new NumberRequest(key, 60, true, 0)));
    taken.add(tested.take(new NumberRequest(key, 60, true, 0)));
    taken.add(tested.take(new NumberRequest(key, 5_000, true, 0)));
    hold.letGo();

    assertThat(taken.stream().map(CompletableFuture::join))
        .containsExactly(
            new Block(1, 60), new Block(61, 120), new Block(121, 180), new Block(181, 5_180));
  }

  @Test
  void refusesMoreThanMayWait() {
    FakeSequenceStore.Hold hold = store.holdNextAdvance();
    List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
    waiting.add(tested.take(new NumberRequest(key(0), 1, true, 0)));
    hold.awaitReached();
    for (int i = 1; i < ServiceUnderTest.WAITING; i++) {
      waiting.add(tested.take(new NumberRequest(key(i), 1, true, 0)));
    }
    Outcome tooMany = tested.take(new NumberRequest(key(99), 1, true, 0)).join();
    assertRefused(tooMany, RuntimeReason.OVERLOADED);
    assertThat(((Refused) tooMany).refusal().retryAfter()).isPresent();
    hold.letGo();

    waiting.forEach(one -> assertThat(one.join()).isEqualTo(new Block(1, 1)));
    assertThat(tested.exactly(key(99), 1)).isEqualTo(new Block(1, 1));
  }

  @Test
  void answersEverybodyWhoWaitsWhenItStops() {
    FakeSequenceStore.Hold hold = store.holdNextAdvance();
    CompletableFuture<Outcome> first = tested.take(new NumberRequest(key(0), 1, true, 0));
    hold.awaitReached();
    CompletableFuture<Outcome> second = tested.take(new NumberRequest(key(1), 1, true, 0));
    hold.letGo();
    service.close();
    assertThat(first).isCompletedWithValue(new Block(1, 1));
    assertThat(second).isCompletedWithValue(new Block(1, 1));
    assertRefused(tested.exactly(key(2), 1), RuntimeReason.OVERLOADED);
  }

  @Test
  void issuesNothingWhenOwnershipEndsWhileTheStoreWrites() {
    store.beforeNextAdvance(owned::lose);
    assertMoved(tested.exactly(key, 1));
    owned.claim(2);
    assertThat(block(tested.exactly(key, 1)).first()).isEqualTo(129);
  }

  @Test
  void issuesNothingAcceptedUnderAnEarlierEpoch() {
    store.beforeNextAdvance(() -> owned.claim(2));
    assertMoved(tested.exactly(key, 1));
  }

  @Test
  void handsAnIdleSlotOverAtOnce() {
    tested.exactly(key, 1);
    owned.release();
    assertThat(service.onReleasing(key.slot())).isCompleted();
    assertThat(service.residentKeys()).isZero();
  }
}
