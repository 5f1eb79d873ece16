package dev.carillon.runtime.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that works in batches: the items that queued while the last batch ran go next.
///
/// An idle loop begins at once. After a batch it pauses as its [BatchInterval] says, unless more
/// has queued than one batch takes. The step says when it is run again, see [Next].
///
/// [#offer], [#put], [#wake], [#queued], [#drain] and closing are for any thread; everything else
/// is confined to the loop's thread. What was accepted is worked on or can be taken with [#drain].
/// An offer wakes the thread only when it waits for work; a pause is one sleep however much queues.
public final class BatchLoop<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchLoop.class);

  /// When a step that threw is run again: what it had planned to do later is not known.
  private static final Duration RERUN_AFTER_BUG = Duration.ofMillis(100);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String name;
  private final BatchStep<T> step;
  private final LongSupplier nanos;
  private final Thread thread;
  private ToLongFunction<? super T> weightOf = item -> 1;
  private long queueLimit = Long.MAX_VALUE;
  private long batchLimit = Long.MAX_VALUE;
  private BatchInterval.Pauses pauses;

  /// Guarded by its own lock, under which its weight changes and `closing` is set.
  private final Queue<T> queue = new ArrayDeque<>();

  private volatile long queued;
  private boolean leftSome;
  // Whether a caller of `put` waits for room.
  private boolean roomWanted;
  private final AtomicBoolean asleep = new AtomicBoolean();
  private volatile boolean woken;
  private volatile boolean closing;
  private volatile boolean dropped;

  private boolean backingOff;
  private long rerunAt;
  private boolean rerun;
  private @Nullable List<T> again;

  /// The work of a loop on one batch.
  @FunctionalInterface
  public interface BatchStep<T> {
    /// Works on a batch, always on the loop's thread. What it throws is a bug: it is logged, and
    /// the loop goes on with what is queued.
    ///
    /// @param batch in the order of queueing; empty when the step or [BatchLoop#wake] asked for a
    ///   run and nothing had queued. The step may keep it.
    /// @throws InterruptedException when the loop is closed meanwhile; it ends the loop
    Next run(List<T> batch) throws InterruptedException;
  }

  /// When a loop runs its step again: what the step answers.
  public sealed interface Next {
    /// When something has queued.
    Next WHEN_QUEUED = new WhenQueued();

    /// At once, without a pause and even with an empty queue: the step has not done all it could.
    Next AT_ONCE = new NotBefore(Duration.ZERO);

    /// When something has queued.
    record WhenQueued() implements Next {}

    /// When something has queued, and after `delay` at the latest, then perhaps with an empty
    /// batch.
    record Within(Duration delay) implements Next {}

    /// After `delay`, with what has queued until then, which may be nothing.
    record NotBefore(Duration delay) implements Next {}

    /// After `delay`, with the same batch again; what queues meanwhile waits behind it.
    record Retry(Duration delay) implements Next {}
  }

  /// A loop that accepts items already, and works on them once it is started. Its limits are set
  /// before anything else is done with it.
  ///
  /// @param name the thread's name
  /// @param nanos a monotonic clock in nanoseconds
  public BatchLoop(String name, LongSupplier nanos, BatchStep<T> step) {
    this.name = name;
    this.step = step;
    this.nanos = nanos;
    this.pauses = BatchInterval.NONE.pauses(nanos);
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /// What an item counts, at least 1; without it every item counts 1.
  public BatchLoop<T> weight(ToLongFunction<? super T> of) {
    weightOf = of;
    return this;
  }

  /// Items are accepted while less than this is queued; without it always.
  public BatchLoop<T> queueLimit(long limit) {
    queueLimit = limit;
    return this;
  }

  /// A batch is at most this heavy, but for one item alone; without it all that is queued.
  public BatchLoop<T> batchLimit(long limit) {
    batchLimit = limit;
    return this;
  }

  /// How long to pause after a batch; without it never.
  public BatchLoop<T> interval(BatchInterval interval) {
    pauses = interval.pauses(nanos);
    return this;
  }

  /// Starts the thread; returns the loop.
  public BatchLoop<T> start() {
    thread.start();
    return this;
  }

  /// Queues an item; never blocks.
  ///
  /// @return false when the queue is full or the loop is closing
  public boolean offer(T item) {
    long weight = weight(item);
    synchronized (queue) {
      if (closing || queued >= queueLimit) {
        return false;
      }
      queue.add(item);
      queued += weight;
    }
    signal();
    return true;
  }

  /// Queues an item; waits while the queue is full.
  ///
  /// @return false when the loop is closing
  public boolean put(T item) throws InterruptedException {
    while (!offer(item)) {
      synchronized (queue) {
        while (!closing && queued >= queueLimit) {
          roomWanted = true;
          queue.wait();
        }
        if (closing) {
          return false;
        }
      }
    }
    return true;
  }

  /// Has the step run soon, with all queued items, perhaps none.
  public void wake() {
    woken = true;
    signal();
  }

  /// The weight of what is queued; what the step works on is not.
  public long queued() {
    return queued;
  }

  /// Takes everything that is queued. For the step, which may have to give up all that waits, and
  /// for the caller that has closed the loop.
  public List<T> drain() {
    return take(Long.MAX_VALUE);
  }

  /// Takes items in order, up to this weight, and one at least if there is one.
  private List<T> take(long most) {
    List<T> taken = new ArrayList<>();
    long size = 0;
    synchronized (queue) {
      for (T item = queue.peek(); item != null; item = queue.peek()) {
        long more = weight(item);
        if (size > 0 && size + more > most) {
          break;
        }
        taken.add(queue.remove());
        size += more;
      }
      queued -= size;
      leftSome = !queue.isEmpty();
      makeRoom();
    }
    return taken;
  }

  private void makeRoom() {
    if (roomWanted) {
      roomWanted = false;
      queue.notifyAll();
    }
  }

  private long weight(T item) {
    return Math.max(1, weightOf.applyAsLong(item));
  }

  /// Accepts nothing more, works on what is queued, and ends; what is left after `limit` is given
  /// up. Work that the step keeps to itself does not count: a step with such work waits for it
  /// first.
  ///
  /// @return whether everything was worked on
  public boolean finish(Duration limit) {
    beginFinish();
    boolean ended = join(limit);
    if (!ended) {
      drop();
    }
    return ended;
  }

  /// As [#finish], without waiting for the end.
  public void beginFinish() {
    refuseMore();
    LockSupport.unpark(thread);
  }

  /// Accepts nothing more and ends after the batch that runs now, which is interrupted; waits for
  /// that at most five seconds. What is queued stays for [#drain].
  @Override
  public void close() {
    drop();
    if (!join(CLOSE_LIMIT)) {
      LOG.warn("{} did not end within {}", name, CLOSE_LIMIT);
    }
  }

  private void drop() {
    dropped = true;
    refuseMore();
    thread.interrupt();
  }

  private void refuseMore() {
    synchronized (queue) {
      closing = true;
      makeRoom();
    }
  }

  private boolean join(Duration limit) {
    if (thread.getState() == Thread.State.NEW) {
      return true;
    }
    try {
      return thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    try {
      while (!ended()) {
        if (!turn()) {
          awaitWork();
        }
      }
    } catch (InterruptedException e) {
      if (!dropped) {
        LOG.error("{} was interrupted and ends", name);
      }
      dropped = true;
      refuseMore();
    }
  }

  /// Whether the thread has nothing more to do, ever.
  boolean ended() {
    return dropped || (closing && queued == 0 && again == null);
  }

  /// Runs the step if it is due, and never waits. The thread's whole work but for waiting; for
  /// tests that have not started the loop and are the thread themselves.
  ///
  /// @return whether the step ran
  public boolean turn() throws InterruptedException {
    long begun = nanos.getAsLong();
    if (ended() || untilDue() > 0) {
      return false;
    }
    woken = false;
    rerun = false;
    List<T> batch = again == null ? take(batchLimit) : again;
    again = null;
    follow(step(batch), batch, begun);
    return true;
  }

  private Next step(List<T> batch) throws InterruptedException {
    try {
      return step.run(batch);
    } catch (RuntimeException | Error bug) {
      LOG.error("a batch of {} failed in {}", batch.size(), name, bug);
      return new Next.Within(RERUN_AFTER_BUG);
    }
  }

  private void follow(Next next, List<T> batch, long begun) {
    if (!batch.isEmpty()) {
      pauses.worked(begun);
    }
    if (batch.isEmpty() || leftSome) {
      pauses.pauseFor(0);
    }
    backingOff = false;
    switch (next) {
      case Next.WhenQueued() -> {}
      case Next.Within(Duration delay) -> {
        rerun = true;
        rerunAt = nanos.getAsLong() + delay.toNanos();
      }
      case Next.NotBefore(Duration delay) -> {
        backOff(delay);
        woken = true;
      }
      case Next.Retry(Duration delay) -> {
        backOff(delay);
        again = batch;
      }
    }
  }

  private void backOff(Duration delay) {
    backingOff = true;
    pauses.pauseFor(delay.toNanos());
  }

  /// How long the loop still pauses; a loop that finishes does not pause, but still backs off.
  private long pause() {
    return closing && !backingOff ? 0 : pauses.left();
  }

  /// How long until the step is due; [Long#MAX_VALUE] when only others can make it so.
  private long untilDue() {
    long pause = pause();
    if (pause > 0 || again != null || woken || queued > 0) {
      return pause;
    }
    return rerun ? Math.max(0, rerunAt - nanos.getAsLong()) : Long.MAX_VALUE;
  }

  private void awaitWork() throws InterruptedException {
    long pause = pause();
    if (pause > 0) {
      // No offer wakes the thread from a pause; closing does.
      LockSupport.parkNanos(this, pause);
    } else if (fallAsleep()) {
      LockSupport.parkNanos(this, untilDue());
      asleep.set(false);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while waiting for work");
    }
  }

  /// Says that an offer has to wake the thread from now on.
  ///
  /// @return false when there is something to do already
  boolean fallAsleep() {
    asleep.set(true);
    if (untilDue() > 0 && !ended()) {
      return true;
    }
    asleep.set(false);
    return false;
  }

  /// Whether an offer has to wake the thread, and none has.
  boolean asleep() {
    return asleep.get();
  }

  private void signal() {
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }
}
