package dev.carillon.local.supervisor;

import dev.carillon.engines.Engine;
import dev.carillon.engines.EngineException;
import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Restarts an engine, on the same port and data, when its process ends.
final class EngineRestarter {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRestarter.class);
  private static final Backoff RESTARTS =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private final Engine engine;
  private volatile boolean stopping;

  private EngineRestarter(Engine engine) {
    this.engine = engine;
  }

  /// Begins to watch a running engine.
  static EngineRestarter watch(Engine engine) {
    EngineRestarter restarter = new EngineRestarter(engine);
    restarter.watch();
    return restarter;
  }

  /// Called before an orderly stop: from now on the engine is not restarted.
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
      LOG.warn("{} ended with code {}; starting it again", engine.name(), code);
      Wait.pause(RESTARTS.delay(attempt));
      try {
        if (!stopping) {
          engine.restart();
          watch();
        }
        return;
      } catch (EngineException e) {
        LOG.error("{} could not be started again", engine.name(), e);
      } catch (IllegalStateException closed) {
        return;
      }
    }
  }
}
