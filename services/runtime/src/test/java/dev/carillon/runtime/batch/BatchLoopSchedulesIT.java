package dev.carillon.runtime.batch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.batch.BatchLoop.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A loop under a scheduler that decides at every access to shared memory which thread goes on: two
/// threads offer, the loop has its turns and falls asleep, and it is finished. Everything accepted
/// is worked on once and in order, the loop ends, and it never sleeps over what is queued.
@Tag("schedules")
final class BatchLoopSchedulesIT {
  @Test
  void theSchedulerFindsAnItemThatTheEndOverlooks() {
    assertThatThrownBy(() -> check(EndingWhenNothingIsQueued.class))
        .hasMessageContaining("not worked on once");
  }

  @Test
  void theSchedulerFindsALoopThatSleepsOverAnItem() {
    assertThatThrownBy(() -> check(LookingBeforeFallingAsleep.class))
        .hasMessageContaining("sleeps over");
  }

  @Test
  void everythingAcceptedIsWorkedOnOnceWhileTheLoopSleepsAndEnds() {
    check(AsItIs.class);
  }

  private static void check(Class<?> scenario) {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(5)
        .invocationsPerIteration(60)
        .minimizeFailedScenario(false)
        .verifier(EpsilonVerifier.class)
        .check(scenario);
  }

  /// The loop as it is.
  public static final class AsItIs extends Scenario {
    /// Nothing is queued.
    public AsItIs() {
      super(new Real());
    }
  }

  /// A loop that looks whether it is to end before an item that is on its way is counted.
  public static final class EndingWhenNothingIsQueued extends Scenario {
    /// Nothing is queued.
    public EndingWhenNothingIsQueued() {
      super(new Planted(true));
    }
  }

  /// A loop that finds nothing queued and then says that it sleeps.
  public static final class LookingBeforeFallingAsleep extends Scenario {
    /// Nothing is queued.
    public LookingBeforeFallingAsleep() {
      super(new Planted(false));
    }
  }

  /// What may happen at the same time, whatever the loop.
  public abstract static class Scenario {
    private final Loop loop;
    private final List<List<Integer>> accepted = List.of(new ArrayList<>(), new ArrayList<>());
    private int said;

    private Scenario(Loop loop) {
      this.loop = loop;
    }

    /// One thread offers the next item.
    @Operation(nonParallelGroup = "one")
    public void offer() {
      offer(0, 2 * ++said);
    }

    /// The loop is to end.
    @Operation(nonParallelGroup = "other")
    public void finish() {
      loop.finish();
    }

    /// Another thread offers its only item.
    @Operation(nonParallelGroup = "other", runOnce = true)
    public void offerToo() {
      offer(1, 1);
    }

    /// The loop's thread goes on, unless it sleeps.
    @Operation(nonParallelGroup = "loop")
    public void goOn() {
      loop.goOn();
    }

    private void offer(int thread, int item) {
      if (loop.offer(item)) {
        accepted.get(thread).add(item);
      }
    }

    /// Holds after every schedule.
    @Validate
    public void everythingIsWorkedOnOnceAndInOrder() {
      require(!loop.sleeps() || loop.isEmpty(), "the loop sleeps over an item");
      loop.finish();
      for (int turn = 0; turn < 4; turn++) {
        loop.goOn();
      }
      require(loop.ended(), "the loop does not end");
      List<Integer> done = List.copyOf(loop.done());
      for (int thread = 0; thread < 2; thread++) {
        int parity = thread;
        List<Integer> mine = done.stream().filter(item -> item % 2 == parity).toList();
        require(
            mine.equals(accepted.get(thread)),
            "not worked on once: " + mine + " of " + accepted.get(thread));
      }
    }

    private static void require(boolean holds, String otherwise) {
      if (!holds) {
        throw new IllegalStateException(otherwise);
      }
    }
  }

  /// A loop whose thread is whoever calls [#goOn].
  private interface Loop {
    boolean offer(int item);

    void finish();

    void goOn();

    boolean sleeps();

    boolean isEmpty();

    boolean ended();

    Queue<Integer> done();
  }

  /// The loop that there is.
  private static final class Real implements Loop {
    private final Queue<Integer> done = new ConcurrentLinkedQueue<>();
    private final BatchLoop<Integer> loop =
        new BatchLoop<Integer>(
            "test",
            () -> 0,
            batch -> {
              done.addAll(batch);
              return Next.WHEN_QUEUED;
            });
    private boolean ended;

    @Override
    public boolean offer(int item) {
      return loop.offer(item);
    }

    @Override
    public void finish() {
      loop.beginFinish();
    }

    @Override
    public void goOn() {
      if (ended || (sleeps() && !loop.ended())) {
        return;
      }
      try {
        if (!loop.turn() && !loop.ended()) {
          loop.fallAsleep();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      ended = loop.ended();
    }

    @Override
    public boolean sleeps() {
      return loop.asleep();
    }

    @Override
    public boolean isEmpty() {
      return loop.queued() == 0;
    }

    @Override
    public boolean ended() {
      return ended;
    }

    @Override
    public Queue<Integer> done() {
      return done;
    }
  }

  /// A loop with one of two mistakes.
  private static final class Planted implements Loop {
    private final Queue<Integer> done = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> queue = new ConcurrentLinkedQueue<>();
    private final boolean overlooks;
    private volatile boolean finishing;
    private volatile boolean asleep;
    private boolean ended;

    Planted(boolean overlooks) {
      this.overlooks = overlooks;
    }

    @Override
    public boolean offer(int item) {
      if (finishing) {
        return false;
      }
      queue.add(item);
      asleep = false;
      return true;
    }

    @Override
    public void finish() {
      if (overlooks) {
        finishing = true;
      }
    }

    @Override
    public void goOn() {
      if (ended || asleep) {
        return;
      }
      for (Integer item = queue.poll(); item != null; item = queue.poll()) {
        done.add(item);
      }
      if (overlooks) {
        ended = finishing && queue.isEmpty();
      } else if (queue.isEmpty()) {
        asleep = true;
      }
    }

    @Override
    public boolean sleeps() {
      return asleep;
    }

    @Override
    public boolean isEmpty() {
      return queue.isEmpty();
    }

    @Override
    public boolean ended() {
      return ended;
    }

    @Override
    public Queue<Integer> done() {
      return done;
    }
  }
}
