package dev.carillon.runtime.batch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.batch.SharedRead.SharedCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The coalescer under a scheduler that decides at every access to shared memory which thread goes
/// on: two callers commit something and read it, while executions end, calls are handed back and
/// others wait too long. Every call has an outcome, and sees what its caller had committed.
@Tag("schedules")
final class CoalescerSchedulesIT {
  @Test
  void theSchedulerFindsAReadThatIsTooOld() {
    assertThatThrownBy(() -> check(JoiningTheExecutionUnderWay.class))
        .hasMessageContaining("not seen");
  }

  @Test
  void everyCallSeesWhatWasCommittedBeforeIt() {
    check(AsItIs.class);
  }

  private static void check(Class<?> scenario) {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(5)
        .invocationsPerIteration(40)
        .minimizeFailedScenario(false)
        .verifier(EpsilonVerifier.class)
        .check(scenario);
  }

  /// The coalescer.
  public static final class AsItIs extends Scenario {
    /// Nothing is asked yet.
    public AsItIs() {
      super(world -> {
        Coalescer<Integer, Long, Long> coalescer =
            Coalescer.asynchronous(
                key -> world::begin,
                new Coalescer.Limits(1, 2, 3, World.WAIT_LIMIT),
                world.loop,
                world.nanos::get);
        return request -> coalescer.submit(0, List.of(request)).getFirst();
      });
    }
  }

  /// What sharing would be if a call took part in an execution that runs already.
  public static final class JoiningTheExecutionUnderWay extends Scenario {
    /// Nothing is asked yet.
    public JoiningTheExecutionUnderWay() {
      super(world -> new Joining(world)::submit);
    }
  }

  /// What may happen at the same time.
  public abstract static class Scenario {
    private final World world = new World();
    private final Function<Long, CompletableFuture<Long>> reads;

    private Scenario(Function<World, Function<Long, CompletableFuture<Long>>> made) {
      reads = made.apply(world);
    }

    /// One commits and reads.
    @Operation(nonParallelGroup = "one")
    public void readByOne() {
      world.commitAndRead(reads);
    }

    /// The other commits and reads.
    @Operation(nonParallelGroup = "other")
    public void readByOther() {
      world.commitAndRead(reads);
    }

    /// An execution ends.
    @Operation(nonParallelGroup = "world")
    public void end() {
      world.end();
      world.loop.turn();
    }

    /// An execution answers one call and hands the others back.
    @Operation(nonParallelGroup = "world")
    public void handBack() {
      world.handBack();
      world.loop.turn();
    }

    /// Time passes.
    @Operation(nonParallelGroup = "world")
    public void expire() {
      world.nanos.addAndGet(World.WAIT_LIMIT.toNanos());
      world.loop.runTimers();
    }

    /// Holds after every schedule, once all executions have ended.
    @Validate
    public void everyCallHasAnOutcome() {
      world.requireOutcomes();
    }
  }

  /// What is committed, and the executions that read it.
  private static final class World {
    static final Duration WAIT_LIMIT = Duration.ofSeconds(1);

    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final Queue<Execution> executions = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Long>> answers = new ConcurrentLinkedQueue<>();
    private final Set<Long> handedBack = ConcurrentHashMap.newKeySet();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();
    private final QueuedLoop loop = new QueuedLoop();

    /// Some calls, and what was committed when they were begun to be executed.
    private record Execution(List<SharedCall<Long, Long>> calls, long seen, boolean beside) {}

    void begin(List<SharedCall<Long, Long>> calls) {
      // A call that was handed back is executed beside the limit.
      boolean again =
          calls.size() == 1
              && !handedBack.isEmpty()
              && handedBack.remove(calls.getFirst().request());
      if (!again && running.incrementAndGet() > 1) {
        wrong.add("more executions at a time than one");
      }
      executions.add(new Execution(calls, committed.get(), again));
    }

    void commitAndRead(Function<Long, CompletableFuture<Long>> reads) {
      long mine = committed.incrementAndGet();
      answers.add(
          reads
              .apply(mine)
              .whenComplete((seen, refused) -> {
                if (refused == null && seen < mine) {
                  wrong.add("not seen: " + mine + " by a read of " + seen);
                }
              }));
    }

    void end() {
      Execution oldest = poll();
      if (oldest != null) {
        oldest.calls().forEach(call -> call.answer(oldest.seen()));
      }
    }

    void handBack() {
      Execution oldest = poll();
      if (oldest != null) {
        oldest.calls().getFirst().answer(oldest.seen());
        oldest.calls().stream()
            .skip(1)
            .forEach(call -> {
              handedBack.add(call.request());
              call.handBack();
            });
      }
    }

    private @Nullable Execution poll() {
      Execution oldest = executions.poll();
      if (oldest != null && !oldest.beside()) {
        running.decrementAndGet();
      }
      return oldest;
    }

    void requireOutcomes() {
      loop.turn();
      while (!executions.isEmpty()) {
        end();
        loop.turn();
      }
      if (answers.stream().anyMatch(answer -> !answer.isDone())) {
        wrong.add("a call without an outcome");
      }
      if (!wrong.isEmpty()) {
        throw new IllegalStateException(wrong.toString());
      }
    }
  }

  /// Lets every call that comes while an execution runs take its answer.
  private static final class Joining {
    private final World world;
    private final List<CompletableFuture<Long>> joined = new ArrayList<>();

    Joining(World world) {
      this.world = world;
    }

    CompletableFuture<Long> submit(long request) {
      CompletableFuture<Long> answer = new CompletableFuture<>();
      boolean first;
      synchronized (joined) {
        first = joined.isEmpty();
        joined.add(answer);
      }
      if (first) {
        world.begin(List.of(new JoinedCall(request)));
      }
      return answer;
    }

    private final class JoinedCall implements SharedCall<Long, Long> {
      private final long request;

      JoinedCall(long request) {
        this.request = request;
      }

      @Override
      public Long request() {
        return request;
      }

      @Override
      public void answer(Long seen) {
        List<CompletableFuture<Long>> all;
        synchronized (joined) {
          all = List.copyOf(joined);
          joined.clear();
        }
        all.forEach(answer -> answer.complete(seen));
      }

      @Override
      public void refuse(Throwable failure) {
        throw new AssertionError(failure);
      }

      @Override
      public void handBack() {
        // Answered already.
      }
    }
  }
}
