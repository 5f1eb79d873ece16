package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.sequence.SequenceConfig.Limits;
import dev.carillon.sequence.SequenceStore.Advance;
import dev.carillon.sequence.SlotMemory.StoreJob;
import dev.carillon.testing.FakeOwnedSlots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The memory of a slot under a scheduler that decides at every access to shared memory which
/// thread goes on.
@Tag("schedules")
final class SlotMemorySchedulesIT {
  /// Not of the length of a conversation id, whose words the scheduler cannot follow.
  private static final SequenceKey KEY = Keys.text("ann and bob");

  private static final long REFUSED = -1;

  @Test
  void theSchedulerFindsARaceThatIsThere() {
    assertThatThrownBy(() -> options().check(WithoutALock.class))
        .hasMessageContaining("Invalid execution results");
  }

  @Test
  void numbersAreTakenOneAfterTheOther() {
    options().check(Slot.class);
  }

  @Test
  void noNumberIsTakenTwiceWhileTheSlotIsLostAndClaimed() {
    options().verifier(EpsilonVerifier.class).check(LostSlot.class);
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        .iterations(4)
        .invocationsPerIteration(60)
        .minimizeFailedScenario(false);
  }

  /// What the memory of a slot would be without its lock.
  public static final class WithoutALock {
    private final KeyState state = new KeyState();

    /// Begins with numbers to take.
    public WithoutALock() {
      state.add(1, 100);
    }

    /// The number taken.
    @Operation
    public long take() {
      return state.take(1).first();
    }
  }

  /// A slot whose store answers whoever needs it. As nobody else takes numbers and nothing is lost,
  /// none is left out: every outcome is that of some order of one take after the other.
  public static final class Slot {
    private final Memory memory = new Memory();

    /// The number taken.
    @Operation
    public long take() {
      return memory.take();
    }
  }

  /// A slot that is lost and claimed again; those who take may be refused, and numbers left out.
  public static final class LostSlot {
    private final Memory memory = new Memory();
    private final Queue<Long> taken = new ConcurrentLinkedQueue<>();

    /// Takes a number, unless the slot is lost.
    @Operation
    public void take() {
      long number = memory.take();
      if (number != REFUSED) {
        taken.add(number);
      }
    }

    /// Another instance is the owner.
    @Operation(nonParallelGroup = "owner")
    public void lose() {
      memory.lose();
    }

    /// This instance is the owner again.
    @Operation(nonParallelGroup = "owner")
    public void claim() {
      memory.claim();
    }

    /// Holds after every schedule.
    @Validate
    public void nothingIsTakenTwice() {
      if (new HashSet<>(taken).size() != taken.size()) {
        throw new IllegalStateException("taken twice: " + taken);
      }
    }
  }

  /// The memory, its store, and its owner.
  private static final class Memory {
    private final FakeOwnedSlots owned = new FakeOwnedSlots();
    private final Queue<StoreJob> jobs = new ConcurrentLinkedQueue<>();
    private final SlotMemory memory =
        new SlotMemory(
            KEY.slot(),
            new Limits(1, 4 * Slots.COUNT, 8, 1, 2),
            owned,
            jobs::add,
            new Semaphore(8),
            () -> 0,
            new SequenceMetrics(Metrics.none()));
    private long durable;
    private long epoch = 1;

    long take() {
      Ticket ticket = new Ticket();
      @Nullable Outcome now = memory.take(new NumberRequest(KEY, 1, true, 0), ticket);
      if (now != null) {
        ticket.accept(now);
      }
      while (ticket.number == 0) {
        refill();
      }
      return ticket.number;
    }

    void lose() {
      owned.lose();
      memory.lost();
    }

    void claim() {
      epoch++;
      owned.claim(epoch);
      memory.claimed(epoch);
    }

    /// What the store's writer does, one refill after the other, with a store that moves on at
    /// every step.
    private synchronized void refill() {
      @Nullable StoreJob job = jobs.poll();
      if (job instanceof SlotMemory.Refill refill) {
        List<Runnable> after = new ArrayList<>();
        @Nullable Advance advance = memory.begin(refill, after);
        if (advance != null) {
          long first = Math.max(durable, advance.above()) + 1;
          durable = first + advance.count() - 1;
          memory.complete(refill, advance, first, after);
        }
        for (Runnable answer : after) {
          answer.run();
        }
      }
    }
  }

  /// What became of one request.
  private static final class Ticket implements Consumer<Outcome> {
    private volatile long number;

    @Override
    public void accept(Outcome outcome) {
      number = outcome instanceof Outcome.Block block ? block.first() : REFUSED;
    }
  }
}
