package dev.carillon.connection.session;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// The event loops of a gateway, each with its timers turning.
public final class SessionLoops implements AutoCloseable {
  private final List<SessionLoop> loops;
  private final List<Future<?>> turning = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  /// Begins to turn one wheel per loop of `group`, by the monotonic clock `nanos`, every `tick`.
  ///
  /// @param flushInterval from one round of writes to devices to the next, at least
  public SessionLoops(
      EventLoopGroup group, LongSupplier nanos, Duration tick, Duration flushInterval) {
    List<SessionLoop> all = new ArrayList<>();
    for (EventExecutor executor : group) {
      all.add(
          new SessionLoop((EventLoop) executor, all.size(), nanos, tick.toNanos(), flushInterval));
    }
    this.loops = List.copyOf(all);
    for (SessionLoop loop : loops) {
      turning.add(
          loop.eventLoop()
              .scheduleWithFixedDelay(
                  loop.wheel()::advance, tick.toNanos(), tick.toNanos(), TimeUnit.NANOSECONDS));
    }
  }

  /// The session loop around `loop`.
  public SessionLoop of(EventLoop loop) {
    for (SessionLoop one : loops) {
      if (one.eventLoop().equals(loop)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "event loop: of another group (expected: one of the gateway's)");
  }

  /// The loop that calls, or the next in turn when no loop of ours calls.
  public SessionLoop currentOrNext() {
    for (SessionLoop one : loops) {
      if (one.eventLoop().inEventLoop()) {
        return one;
      }
    }
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  /// How many there are.
  int size() {
    return loops.size();
  }

  /// The loop with this index.
  SessionLoop get(int index) {
    return loops.get(index);
  }

  /// Stops the wheels; the loops go on.
  @Override
  public void close() {
    turning.forEach(wheel -> wheel.cancel(false));
  }
}
