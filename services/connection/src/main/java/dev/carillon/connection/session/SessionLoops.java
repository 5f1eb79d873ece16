package dev.carillon.connection.session;

import dev.carillon.runtime.batch.BatchInterval;
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

/// The event loops of a gateway, each with its timer wheel running.
public final class SessionLoops implements AutoCloseable {
  private final List<SessionLoop> loops = new ArrayList<>();
  private final List<Future<?>> wheels = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  /// Starts one timer wheel per loop of `group`, advanced every `tick` by the monotonic clock
  /// `nanos`.
  ///
  /// @param flushes how long a loop pauses after a flush of writes to devices
  public SessionLoops(
      EventLoopGroup group, LongSupplier nanos, Duration tick, BatchInterval flushes) {
    for (EventExecutor executor : group) {
      SessionLoop loop = new SessionLoop((EventLoop) executor, nanos, tick.toNanos(), flushes);
      loops.add(loop);
      wheels.add(
          executor.scheduleWithFixedDelay(
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

  /// The loop that is the calling thread; on any other thread the next loop in turn.
  public SessionLoop currentOrNext() {
    for (SessionLoop one : loops) {
      if (one.eventLoop().inEventLoop()) {
        return one;
      }
    }
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  /// Stops the wheels; the loops go on.
  @Override
  public void close() {
    wheels.forEach(wheel -> wheel.cancel(false));
  }
}
