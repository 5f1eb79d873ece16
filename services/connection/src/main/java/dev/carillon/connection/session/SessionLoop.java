package dev.carillon.connection.session;

import dev.carillon.runtime.lifecycle.PacedTask;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop with what its sessions share: timers, flushes to come, and deliveries to hand
/// out.
public final class SessionLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);

  /// How many deliveries are handed out before the loop looks after its other work.
  private static final int STEP = 512;

  private final EventLoop loop;
  private final int index;
  private final TimerWheel wheel;
  private final Queue<DeliveryBatch> batches = new ArrayDeque<>();
  private final PacedTask flushing;
  private List<Runnable> flushes = new ArrayList<>();
  private List<Runnable> spare = new ArrayList<>();

  SessionLoop(EventLoop loop, int index, LongSupplier nanos, long tick, Duration flushInterval) {
    this.loop = loop;
    this.index = index;
    this.flushing = new PacedTask(loop, flushInterval, this::flush);
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

  /// Runs `task` on the loop, at once when called on it.
  public void execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /// Runs `flush` once the loop has run what it has to do already, and an interval after the flush
  /// before at the earliest, so that writes share one: an answer and the delivery that follows it,
  /// say. On the loop only; the caller sees to it that it asks once.
  public void flushLater(Runnable flush) {
    flushes.add(flush);
    if (flushes.size() == STEP) {
      // So many at once are a crowd that is being told something: the others' turn comes between.
      loop.execute(this::flush);
    } else {
      flushing.ask();
    }
  }

  /// Its place among its group's loops.
  int index() {
    return index;
  }

  /// Hands a batch out after those that came before it. Any thread.
  void hand(DeliveryBatch batch) {
    execute(() -> {
      batches.add(batch);
      if (batches.size() == 1) {
        handOut();
      }
    });
  }

  private void handOut() {
    boolean over = true;
    try {
      over = batches.element().handOut(STEP);
    } catch (RuntimeException bug) {
      LOG.error("a batch of deliveries was given up", bug);
    } finally {
      // Whatever happens: a batch that stayed would hold up all that come after it.
      if (over) {
        batches.remove();
      }
      if (!batches.isEmpty()) {
        loop.execute(this::handOut);
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
    } catch (RuntimeException bug) {
      LOG.error("a flush failed", bug);
    }
  }
}
