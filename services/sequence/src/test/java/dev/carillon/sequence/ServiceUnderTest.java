package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.sequence.Outcome.Block;
import dev.carillon.sequence.Outcome.Refused;
import dev.carillon.sequence.SequenceConfig.Limits;
import dev.carillon.testing.FakeOwnedSlots;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// A running [SequenceService] with one writer on a store, slots and a clock that a test has in its
/// hands.
final class ServiceUnderTest {
  static final int WAITING = 8;
  static final int RESIDENT_KEYS_OF_A_SLOT = 4;

  final FakeSequenceStore store = new FakeSequenceStore();
  final FakeOwnedSlots owned = new FakeOwnedSlots();
  final AtomicLong nanos = new AtomicLong();
  final SequenceService service =
      new SequenceService(
          store,
          owned,
          new Limits(1, RESIDENT_KEYS_OF_A_SLOT * Slots.COUNT, WAITING, 64, 10_000),
          new SequenceMetrics(Metrics.none()),
          nanos::get,
          FailPoints.NONE);

  ServiceUnderTest() {
    service.start();
  }

  Outcome exactly(SequenceKey key, int count) {
    return take(new NumberRequest(key, count, true, 0)).join();
  }

  Outcome atLeast(SequenceKey key, int count, long floor) {
    return take(new NumberRequest(key, count, false, floor)).join();
  }

  CompletableFuture<Outcome> take(NumberRequest request) {
    CompletableFuture<Outcome> taken = new CompletableFuture<>();
    service.take(request, taken::complete);
    return taken;
  }

  /// The one writer works in order: when it has looked something up, it has done all that came
  /// before.
  void untilTheWriterIsIdle() {
    service.highWaterMark(Keys.key("never used")).toCompletableFuture().join();
  }

  static Block block(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Block.class);
    return (Block) outcome;
  }

  static void assertMoved(Outcome outcome) {
    assertRefused(outcome, SlotReason.SLOT_MOVED);
  }

  static void assertRefused(Outcome outcome, Reason reason) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.refusal().is(reason)).isTrue());
  }
}
