package dev.carillon.local.supervisor;

import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts an engine or an instance again when it ends, with growing delays, until it is closed.
final class Restarter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Restarter.class);
  private static final Backoff DELAYS = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final Duration STEADY = Duration.ofSeconds(30);

  private final String name;
  private final Callable<CompletableFuture<String>> start;
  private int restarts;
  private long startedNanos = System.nanoTime();
  private volatile boolean closed;

  /// @param start starts it once more; what it returns completes with a short explanation when that
  ///   has ended
  Restarter(String name, Callable<CompletableFuture<String>> start) {
    this.name = name;
    this.start = start;
  }

  /// Begins to watch what was started.
  ///
  /// @param end completes when it has ended
  void watch(CompletableFuture<String> end) {
    end.thenAccept(why ->
        Thread.ofVirtual()
            .name("restart-" + name)
            .start(() -> {
              if (!closed) {
                LOG.warn("{}: {}; restarting it", name, why);
                restart();
              }
            }));
  }

  private void restart() {
    while (!closed) {
      restarts = System.nanoTime() - startedNanos > STEADY.toNanos() ? 1 : restarts + 1;
      Wait.pause(DELAYS.delay(restarts));
      try {
        if (!closed) {
          startedNanos = System.nanoTime();
          watch(start.call());
        }
        return;
      } catch (Exception e) {
        LOG.error("{} could not be started again", name, e);
      }
    }
  }

  /// From now on nothing is started again, but what is just being started.
  @Override
  public void close() {
    closed = true;
  }
}
