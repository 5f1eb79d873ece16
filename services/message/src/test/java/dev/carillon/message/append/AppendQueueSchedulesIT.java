package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What an owner takes, under a scheduler that decides at every access to shared memory which
/// thread goes on: a session says one thing after the other, while the slot is handed over, lost
/// and claimed again, and the instance stops. Everything is answered once, what is stored is stored
/// in order, and nothing comes after the slot was given away or the writer has ended.
@Tag("schedules")
final class AppendQueueSchedulesIT {
  private static final Change.Post POST =
      new Change.Post(
          new MessageKey(AppendRig.direct("ann", "bob"), "ann", new ClientMessageId(0, 1)),
          "bob",
          AppendRig.text("hello"),
          false,
          "");

  private static final int SLOT = Slots.of(POST.conversation().bytes());

  /// What reads words out of bytes, which the scheduler cannot follow, has schedules of its own, or
  /// belongs to one thread.
  private static final String[] WHOLE = {
    Slots.class.getName(),
    ConversationId.class.getName(),
    BatchLoop.class.getName(),
    QueueWait.class.getName()
  };

  @Test
  void theSchedulerFindsAChangeThatAHandoverOverlooks() {
    assertThatThrownBy(() -> check(LookingBeforeCounting.class))
        .hasMessageContaining("after the slot was given away");
  }

  @Test
  void theSchedulerFindsAChangeThatTheEndOverlooks() {
    assertThatThrownBy(() -> check(EndingWhenNothingWaits.class))
        .hasMessageContaining("not answered once");
  }

  @Test
  void everythingIsAnsweredOnceAndInOrderWhileTheSlotMovesAndTheInstanceStops() {
    check(AsItIs.class);
  }

  private static void check(Class<?> scenario) {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(6)
        .invocationsPerIteration(80)
        .minimizeFailedScenario(false)
        .addGuarantee(forClasses(WHOLE).allMethods().treatAsAtomic())
        .verifier(EpsilonVerifier.class)
        .check(scenario);
  }

  /// What an owner takes, as it is.
  public static final class AsItIs extends Scenario {
    /// The slot is owned, and nothing said.
    public AsItIs() {
      super(Counting::new);
    }
  }

  /// What would come of looking who owns the slot before the change is counted.
  public static final class LookingBeforeCounting extends Scenario {
    /// The slot is owned, and nothing said.
    public LookingBeforeCounting() {
      super(Looking::new);
    }
  }

  /// What would come of a writer that ends as soon as nothing waits for it.
  public static final class EndingWhenNothingWaits extends Scenario {
    /// The slot is owned, and nothing said.
    public EndingWhenNothingWaits() {
      super(Impatient::new);
    }
  }

  /// What may happen at the same time, whatever the way in.
  public abstract static class Scenario {
    private final Owner owner;

    private Scenario(Entrance entrance) {
      owner = new Owner(entrance);
    }

    /// The session says the next thing.
    @Operation(nonParallelGroup = "session")
    public void say() {
      owner.say();
    }

    /// The slot goes to another instance once all is answered.
    @Operation(nonParallelGroup = "owner")
    public void handOver() {
      owner.handOver();
    }

    /// The slot may be another's already.
    @Operation(nonParallelGroup = "owner")
    public void lose() {
      owner.slot.lose();
    }

    /// The slot is this instance's again.
    @Operation(nonParallelGroup = "owner")
    public void claim() {
      owner.slot.claim();
    }

    /// The instance stops.
    @Operation(nonParallelGroup = "owner")
    public void stop() {
      owner.way.close();
    }

    /// The writer has a turn.
    @Operation(nonParallelGroup = "writer")
    public void write() {
      owner.write();
    }

    /// Holds after every schedule, once the instance has stopped.
    @Validate
    public void everythingIsAnsweredOnceAndInOrder() {
      owner.requireOrder();
    }
  }

  /// Makes a way in to a line of tasks.
  private interface Entrance {
    Way open(OwnedSlots slots, Queue<Task> line);
  }

  /// How changes get to the writer.
  private interface Way {
    void submit(Replies replies, long itemId);

    /// Puts what has queued into the line.
    void gather();

    void release(Task task);

    CompletableFuture<Void> finish();

    void close();

    boolean isDone();
  }

  /// The way that there is.
  private static class Counting implements Way {
    private final AppendQueue queue;
    private volatile @Nullable CompletableFuture<Void> allAnswered;

    Counting(OwnedSlots slots, Queue<Task> line) {
      queue =
          AppendRig.queue(
              slots,
              batch -> {
                batch.forEach(event -> line.add((Task) event));
                return Next.WHEN_QUEUED;
              });
    }

    @Override
    public void submit(Replies replies, long itemId) {
      queue.submit(POST, replies, itemId);
    }

    @Override
    public void gather() {
      try {
        queue.part(SLOT).turn();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void release(Task task) {
      queue.part(SLOT).release(task);
    }

    @Override
    public CompletableFuture<Void> finish() {
      return queue.finish(SLOT);
    }

    @Override
    public void close() {
      allAnswered = queue.refuseAll();
    }

    boolean isClosed() {
      return allAnswered != null;
    }

    @Override
    public boolean isDone() {
      CompletableFuture<Void> all = allAnswered;
      return all != null && all.isDone();
    }
  }

  /// Ends when it is to end and finds nothing in its line.
  private static final class Impatient extends Counting {
    private final Queue<Task> line;

    Impatient(OwnedSlots slots, Queue<Task> line) {
      super(slots, line);
      this.line = line;
    }

    @Override
    public boolean isDone() {
      return isClosed() && line.isEmpty();
    }
  }

  /// Counts only what it is going to take.
  private static final class Looking implements Way {
    private final OwnedSlots slots;
    private final Queue<Task> line;
    private final AtomicInteger counted = new AtomicInteger();
    private final Queue<CompletableFuture<Void>> finishing = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Looking(OwnedSlots slots, Queue<Task> line) {
      this.slots = slots;
      this.line = line;
    }

    @Override
    public void submit(Replies replies, long itemId) {
      long epoch = slots.epoch(SLOT);
      if (closed || epoch == 0) {
        replies.answer(itemId, new Outcome.Refused(slots.moved(SLOT)));
      } else {
        counted.incrementAndGet();
        line.add(new Task(POST, SLOT, epoch, 0, 1, replies, itemId));
      }
    }

    @Override
    public void gather() {}

    @Override
    public void release(Task task) {
      if (counted.decrementAndGet() == 0) {
        complete();
      }
    }

    @Override
    public CompletableFuture<Void> finish() {
      CompletableFuture<Void> finished = new CompletableFuture<>();
      finishing.add(finished);
      if (counted.get() == 0) {
        complete();
      }
      return finished;
    }

    private void complete() {
      CompletableFuture<Void> finished = finishing.poll();
      if (finished != null) {
        finished.complete(null);
      }
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public boolean isDone() {
      return closed && counted.get() == 0;
    }
  }

  /// One slot, its writer, and the one session that talks.
  private static final class Owner implements Replies {
    private final MovingSlot slot = new MovingSlot();
    private final Queue<Task> line = new ConcurrentLinkedQueue<>();
    private final Way way;
    private final Set<Long> givenAway = ConcurrentHashMap.newKeySet();
    private final Queue<Long> answered = new ConcurrentLinkedQueue<>();
    private final List<Long> stored = new ArrayList<>();
    private final List<Long> late = new ArrayList<>();
    private long said;
    private boolean ended;

    Owner(Entrance entrance) {
      way = entrance.open(slot, line);
    }

    void say() {
      way.submit(this, ++said);
    }

    void handOver() {
      long epoch = slot.release();
      if (epoch != 0) {
        way.finish().thenRun(() -> giveAway(epoch));
      }
    }

    private void giveAway(long epoch) {
      givenAway.add(epoch);
      slot.giveAway(epoch);
    }

    void write() {
      if (ended) {
        return;
      }
      way.gather();
      for (Task task = line.poll(); task != null; task = line.poll()) {
        write(task);
        way.release(task);
      }
      ended = way.isDone();
    }

    private void write(Task task) {
      if (givenAway.contains(task.epoch)) {
        late.add(task.epoch);
      }
      boolean held = slot.holds(SLOT, task.epoch);
      task.answer(held ? new Outcome.Stored(1, 0, false) : new Outcome.Refused(slot.moved(SLOT)));
    }

    @Override
    public void answer(long itemId, Outcome outcome) {
      answered.add(itemId);
      if (outcome instanceof Outcome.Stored) {
        stored.add(itemId);
      }
    }

    @Override
    public void flush() {}

    /// Stops and looks at what was answered.
    void requireOrder() {
      way.close();
      for (int turn = 0; turn < 2; turn++) {
        write();
      }
      require(ended, "the writer does not end");
      require(late.isEmpty(), "after the slot was given away: epochs " + late);
      List<Long> all = LongStream.rangeClosed(1, said).boxed().toList();
      List<Long> each = answered.stream().sorted().toList();
      require(each.equals(all), "not answered once: " + each + " of " + said);
      require(stored.equals(stored.stream().sorted().toList()), "not in order: " + stored);
    }

    private static void require(boolean holds, String otherwise) {
      if (!holds) {
        throw new IllegalStateException(otherwise);
      }
    }
  }
}
