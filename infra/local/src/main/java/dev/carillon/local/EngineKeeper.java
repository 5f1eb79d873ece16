package dev.carillon.local;

import dev.carillon.engines.Engine;
import dev.carillon.engines.EngineException;
import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts an engine again, on the same port and data, when its process dies.
final class EngineKeeper {
  private static final Logger log = LoggerFactory.getLogger(EngineKeeper.class);
  private static final Backoff RESTARTS =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private final Engine engine;
  private volatile boolean stopping;

  private EngineKeeper(Engine engine) {
    this.engine = engine;
  }

  /// Begins to watch a running engine.
  static EngineKeeper watch(Engine engine) {
    EngineKeeper keeper = new EngineKeeper(engine);
    keeper.watch();
    return keeper;
  }

  /// From now on the engine may end.
  void stopping() {
    stopping = true;
  }

  private void watch() {
    engine
        .onExit()
        .thenAccept(
            code -> Thread.ofVirtual().name("restart-" + engine.name()).start(() -> ended(code)));
  }

  private void ended(int code) {
    for (int attempt = 1; !stopping; attempt++) {
      log.warn("{} ended with code {}; starting it again", engine.name(), code);
      LockSupport.parkNanos(RESTARTS.delay(attempt).toNanos());
      try {
        if (!stopping) {
          engine.restart();
          watch();
        }
        return;
      } catch (EngineException e) {
        log.error("{} could not be started again", engine.name(), e);
      } catch (IllegalStateException closed) {
        return;
      }
    }
  }
}
