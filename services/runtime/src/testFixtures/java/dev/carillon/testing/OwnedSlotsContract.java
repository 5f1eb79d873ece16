package dev.carillon.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.Slots;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What [OwnedSlots] promise.
public abstract class OwnedSlotsContract {
  /// For the tests of one implementation.
  protected OwnedSlotsContract() {}

  /// The slots under test.
  protected abstract OwnedSlots slots();

  /// Claims all slots, under greater epochs than before; returns when they are owned.
  protected abstract void claimAll();

  /// Begins a handover whose work does not end, and returns a slot that it takes away.
  protected abstract int release();

  /// Takes all slots away at once, as the end of a lease does.
  protected abstract void loseAll();

  @Test
  final void workIsWelcomeForTheSlotsThatAreOwned() {
    claimAll();

    for (int slot = 0; slot < Slots.COUNT; slot++) {
      long epoch = slots().epoch(slot);
      assertThat(epoch).isPositive();
      assertThat(slots().owns(slot)).isTrue();
      assertThat(slots().require(slot)).isEqualTo(epoch);
      assertThat(slots().holds(slot, epoch)).isTrue();
      assertThat(slots().holds(slot, epoch + 1)).isFalse();
    }
  }

  @Test
  final void duringAHandoverOnlyAcceptedWorkMayBeFinished() {
    claimAll();
    long[] before = epochs();

    int slot = release();

    assertThat(slots().owns(slot)).isFalse();
    assertThat(slots().epoch(slot)).isZero();
    assertThat(slots().holds(slot, before[slot])).isTrue();
    assertRefused(slot);
  }

  @Test
  final void whatIsLostMayNotBeFinishedAndComesBackWithGreaterEpochs() {
    claimAll();
    long[] before = epochs();

    loseAll();

    for (int slot = 0; slot < Slots.COUNT; slot++) {
      assertThat(slots().owns(slot)).isFalse();
      assertThat(slots().epoch(slot)).isZero();
      assertThat(slots().holds(slot, before[slot])).isFalse();
    }
    assertRefused(0);

    claimAll();

    for (int slot = 0; slot < Slots.COUNT; slot++) {
      assertThat(slots().epoch(slot)).isGreaterThan(before[slot]);
      assertThat(slots().holds(slot, before[slot])).isFalse();
    }
  }

  private void assertRefused(int slot) {
    assertThatThrownBy(() -> slots().require(slot))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(SlotMoved.of(refusal)).map(SlotMoved::slot).contains(slot));
  }

  private long[] epochs() {
    return IntStream.range(0, Slots.COUNT).mapToLong(slots()::epoch).toArray();
  }
}
