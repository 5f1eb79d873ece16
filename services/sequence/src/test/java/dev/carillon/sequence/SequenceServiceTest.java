package dev.carillon.sequence;

import static dev.carillon.sequence.Keys.key;
import static dev.carillon.sequence.ServiceUnderTest.assertMoved;
import static dev.carillon.sequence.ServiceUnderTest.assertRefused;
import static dev.carillon.sequence.ServiceUnderTest.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.sequence.Outcome.Block;
import dev.carillon.sequence.Outcome.Refused;
import dev.carillon.testing.FakeOwnedSlots;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SequenceServiceTest {
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
  void startsAtOneAndCountsOn() {
    assertThat(tested.exactly(key, 1)).isEqualTo(new Block(1, 1));
    assertThat(tested.exactly(key, 10)).isEqualTo(new Block(2, 11));
    assertThat(tested.exactly(key, 1)).isEqualTo(new Block(12, 12));
  }

  @Test
  void makesNumbersDurableBeforeTheyLeave() {
    for (int i = 0; i < 3_000; i++) {
      Block block = block(tested.exactly(key, 7));
      assertThat(store.end(key)).isGreaterThanOrEqualTo(block.last());
    }
  }

  @Test
  void numbersAKeyWithoutGapsWhileNothingHappens() {
    long last = 0;
    for (int i = 0; i < 500; i++) {
      Block block = block(tested.atLeast(key, 1 + i % 90, 0));
      assertThat(block.first()).isEqualTo(last + 1);
      assertThat(block.count()).isGreaterThanOrEqualTo(1 + i % 90);
      last = block.last();
    }
  }

  @Test
  void grantsACallerOfBlocksMoreThanItAskedFor() {
    assertThat(block(tested.atLeast(key, 1, 0))).isEqualTo(new Block(1, 64));
    assertThat(block(tested.atLeast(key, 1, 0))).isEqualTo(new Block(65, 128));
  }

  @Test
  void writesRarelyForAKeyThatIsHot() {
    long issued = 0;
    while (issued < 1_000_000) {
      issued += block(tested.atLeast(key, 1, 0)).count();
    }
    long writes = store.batches().stream().mapToLong(List::size).sum();
    assertThat(writes).isLessThan(8 + 2 * 1_000_000 / 20_000);
  }

  @Test
  void shrinksTheBlockOfAKeyThatHasCooledDown() {
    long largest = 0;
    for (int i = 0; i < 200; i++) {
      largest = Math.max(largest, block(tested.atLeast(key, 1, 0)).count());
    }
    assertThat(largest).isEqualTo(10_000);
    tested.untilTheWriterIsIdle();
    tested.nanos.addAndGet(Duration.ofHours(1).toNanos());
    tested.exactly(key, NumberRequest.MAX_COUNT);
    tested.untilTheWriterIsIdle();
    for (int i = 0; i < 4; i++) {
      assertThat(block(tested.atLeast(key, 1, 0)).count()).isLessThanOrEqualTo(1_000);
    }
  }

  @Test
  void satisfiesTheLargestDemand() {
    assertThat(tested.exactly(key, NumberRequest.MAX_COUNT))
        .isEqualTo(new Block(1, NumberRequest.MAX_COUNT));
    assertThat(block(tested.exactly(key, NumberRequest.MAX_COUNT)).count())
        .isEqualTo(NumberRequest.MAX_COUNT);
  }

  @Test
  void beginsAboveTheFloor() {
    assertThat(block(tested.atLeast(key, 1, 1_000)).first()).isEqualTo(1_001);
    assertThat(block(tested.exactly(key, 1)).first()).isEqualTo(1_065);
    assertThat(block(tested.atLeast(key, 1, 1_070)).first()).isEqualTo(1_071);
    Block known = block(tested.exactly(key, 1));
    assertThat(block(tested.atLeast(key, 1, 5)).first()).isEqualTo(known.last() + 1);
    assertThat(block(tested.atLeast(key, 1, NumberRequest.MAX_FLOOR)).first())
        .isEqualTo(NumberRequest.MAX_FLOOR + 1);
    assertThat(block(tested.exactly(key, 1)).first()).isGreaterThan(NumberRequest.MAX_FLOOR);
  }

  @Test
  void skipsWhatItHasWhenSomebodyElseMovedTheEnd() {
    assertThat(block(tested.exactly(key, 60)).last()).isEqualTo(60);
    store.restore(key, 5_000);
    assertThat(block(tested.exactly(key, 100)).first()).isEqualTo(5_001);
    assertThat(block(tested.exactly(key, 1)).first()).isEqualTo(5_101);
  }

  @Test
  void goesOnGrowingWhenTheStoreHasLostItsTail() {
    assertThat(block(tested.exactly(key, 60)).last()).isEqualTo(60);
    store.restore(key, 3);
    Block block = block(tested.exactly(key, 100));
    assertThat(block.first()).isEqualTo(61);
    assertThat(store.end(key)).isGreaterThanOrEqualTo(block.last());
  }

  @Test
  void refusesWhatBelongsToSomebodyElse() {
    tested.exactly(key, 1);
    owned.lose();
    assertMoved(tested.exactly(key, 1));
    assertThatThrownBy(() -> service.highWaterMark(key)).isInstanceOf(Refusal.class);
  }

  @Test
  void namesTheOwnerOfAMovedSlot() {
    owned.lose();
    assertThat(((Refused) tested.exactly(key, 1)).refusal().metadata())
        .containsEntry("slot", Integer.toString(key.slot()))
        .containsEntry("owner", "other")
        .containsKey("epoch");
  }

  @Test
  void remembersNothingFromBeforeANewEpoch() {
    assertThat(block(tested.exactly(key, 1)).first()).isEqualTo(1);
    owned.lose();
    store.restore(key, 500);
    // Nobody told the service: the epoch alone must do.
    owned.claim(2);
    assertThat(block(tested.exactly(key, 1)).first()).isEqualTo(501);
  }

  @Test
  void remembersNothingFromBeforeItClaimedOrLostASlot() {
    assertThat(block(tested.exactly(key, 1)).first()).isEqualTo(1);
    service.onLost(Set.of(key.slot()));
    assertThat(service.residentKeys()).isZero();
    service.onClaimed(key.slot(), 1);
    assertThat(block(tested.exactly(key, 1)).first()).isEqualTo(129);
  }

  @Test
  void servesWhatItHasWhileTheStoreIsAway() {
    tested.exactly(key, 1);
    store.away(true);
    assertThat(tested.exactly(key, 127)).isEqualTo(new Block(2, 128));
    assertRefused(tested.exactly(key, 1), RuntimeReason.DATABASE_UNAVAILABLE);
    assertRefused(tested.exactly(key("bob"), 1), RuntimeReason.DATABASE_UNAVAILABLE);
    store.away(false);
    assertThat(tested.exactly(key, 1)).isEqualTo(new Block(129, 129));
  }

  @Test
  void refusesWhatAnErrorOfTheStoreInterrupts() {
    store.beforeNextAdvance(() -> {
      throw new AssertionError("on purpose");
    });
    assertRefused(tested.exactly(key, 1), RuntimeReason.UNEXPECTED);
    assertThat(tested.exactly(key, 1)).isEqualTo(new Block(1, 1));
  }

  @Test
  void tellsTheHighestNumberIssued() {
    assertThat(service.highWaterMark(key).toCompletableFuture().join()).isZero();
    tested.exactly(key, 7);
    assertThat(service.highWaterMark(key).toCompletableFuture().join()).isEqualTo(7);
    service.onLost(Set.of(key.slot()));
    assertThat(service.highWaterMark(key).toCompletableFuture().join()).isEqualTo(128);
  }

  @Test
  void doesNotTellAHighWaterMarkItCannotKnow() {
    store.away(true);
    assertThat(service.highWaterMark(key).toCompletableFuture())
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.is(RuntimeReason.DATABASE_UNAVAILABLE)).isTrue());
  }

  @Test
  void forgetsTheLeastUsedKeysAndNeverGoesBack() {
    List<SequenceKey> keys =
        IntStream.range(0, 20_000).mapToObj(Keys::key).filter(k -> k.slot() < 8).toList();
    List<Long> before = keys.stream().map(k -> block(tested.exactly(k, 1)).first()).toList();
    assertThat(keys).hasSizeGreaterThan(100);
    assertThat(service.residentKeys()).isEqualTo(8 * ServiceUnderTest.RESIDENT_KEYS_OF_A_SLOT);
    List<Long> after = keys.stream().map(k -> block(tested.exactly(k, 1)).first()).toList();
    assertThat(before).containsOnly(1L);
    assertThat(after).allMatch(number -> number > 1);
  }

  @Test
  void keepsKeysOfEveryLength() {
    for (String text : List.of("k", "a name", "x".repeat(17), "y".repeat(64))) {
      assertThat(tested.exactly(Keys.text(text), 1)).isEqualTo(new Block(1, 1));
      assertThat(tested.exactly(Keys.text(text), 1)).isEqualTo(new Block(2, 2));
    }
  }
}
