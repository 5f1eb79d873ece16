package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.type.v1.Refusal;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop with what its sessions share: timers, due flushes, and batches of deliveries.
public final class SessionLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);

  /// How many deliveries or flushes are done before the loop's other tasks have their turn.
  private static final int STEP = 512;

  private final EventLoop loop;
  private final TimerWheel wheel;
  private final LongSupplier nanos;
  private final BatchInterval.Pauses pauses;
  private boolean flushScheduled;
  private final Queue<IntPredicate> queue = new ArrayDeque<>();
  private List<Runnable> flushes = new ArrayList<>();
  private List<Runnable> spare = new ArrayList<>();

  SessionLoop(EventLoop loop, LongSupplier nanos, long tick, BatchInterval interval) {
    this.loop = loop;
    this.nanos = nanos;
    this.pauses = interval.pauses(nanos);
    this.wheel = new TimerWheel(nanos, tick);
  }

  /// The timers of this loop.
  public TimerWheel wheel() {
    return wheel;
  }

  /// The event loop itself.
  public EventLoop eventLoop() {
    return loop;
  }

  /// Runs `task` on the loop: inline when called on it, by a hand-off otherwise.
  public void execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /// An answer that is taken on the loop: at once when it comes there, by a hand-off otherwise.
  <T> Answer<T> answer(Consumer<T> onAnswer, Consumer<Refusal> onRefusal) {
    return Answer.of(
        value -> execute(() -> onAnswer.accept(value)),
        refusal -> execute(() -> onRefusal.accept(refusal)));
  }

  /// Runs `flush` after the tasks that the loop already has, so that writes share a flush: an
  /// answer and the delivery that follows it, say. While the machine is busy, the loop pauses
  /// between flushes, and more writes share one. On the loop only; the caller does not ask again
  /// before its flush has run.
  public void flushLater(Runnable flush) {
    flushes.add(flush);
    if (flushes.size() == STEP) {
      // A delivery to a large audience: its flushes are split, so that other tasks run in between.
      loop.execute(this::flush);
    } else if (!flushScheduled) {
      scheduleFlush();
    }
  }

  private void scheduleFlush() {
    flushScheduled = true;
    long pause = pauses.left();
    try {
      if (pause > 0) {
        loop.schedule(this::flushDue, pause, TimeUnit.NANOSECONDS);
      } else {
        loop.execute(this::flushDue);
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("the loop is closed, nothing is flushed any more");
    }
  }

  /// Does some work after all work that was queued before, in steps, so that much of it does not
  /// hold up the loop's other tasks. Any thread.
  ///
  /// @param step does at most as many units as it is given; answers whether all are done
  void queue(IntPredicate step) {
    execute(() -> {
      queue.add(step);
      if (queue.size() == 1) {
        work();
      }
    });
  }

  private void work() {
    boolean done = true;
    try {
      done = queue.element().test(STEP);
    } catch (RuntimeException | Error bug) {
      LOG.error("a batch of deliveries was given up", bug);
    } finally {
      // Also after a bug: work that stayed in the queue would hold up all that is behind it.
      if (done) {
        queue.remove();
      }
      if (!queue.isEmpty()) {
        loop.execute(this::work);
      }
    }
  }

  private void flushDue() {
    long begun = nanos.getAsLong();
    try {
      flush();
    } finally {
      pauses.worked(begun);
      flushScheduled = false;
      if (!flushes.isEmpty()) {
        scheduleFlush();
      }
    }
  }

  private void flush() {
    List<Runnable> due = flushes;
    flushes = spare;
    due.forEach(SessionLoop::flush);
    due.clear();
    spare = due;
  }

  private static void flush(Runnable one) {
    try {
      one.run();
    } catch (RuntimeException | Error bug) {
      LOG.error("a flush failed", bug);
    }
  }
}
