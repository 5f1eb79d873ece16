package dev.carillon.testing;

import dev.carillon.engines.Engine;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real engine for tests: started once per JVM when first needed, running and empty before each
/// test, also after a test that broke it.
///
/// Register it as a static field (`@RegisterExtension static final RealEtcd etcd = new
/// RealEtcd();`) or let [RealEngines] pass it to a method. Tests that share an engine must not run
/// at the same time.
public abstract sealed class RealEngine<E extends Engine>
    implements BeforeAllCallback, BeforeEachCallback permits RealEtcd, RealRedis, RealMariaDb {
  private final boolean emptiedPerTest;

  RealEngine(boolean emptiedPerTest) {
    this.emptiedPerTest = emptiedPerTest;
  }

  public final int port() {
    return engine().port();
  }

  /// The process id of the server itself.
  public final long pid() {
    return engine().pid();
  }

  /// Stops the server if it runs, and starts it on the same port with the same data.
  public final void restart() {
    engine().restart();
  }

  /// Ends the server with SIGKILL.
  public final void kill() {
    engine().kill();
  }

  /// Freezes the server (SIGSTOP): connections stay open and nothing is answered.
  public final void pause() {
    engine().pause();
  }

  /// Lets a paused server go on.
  public final void resume() {
    engine().resume();
  }

  /// Empties the engine now.
  public abstract void clear();

  @Override
  public final void beforeAll(ExtensionContext context) {
    prepare();
  }

  @Override
  public final void beforeEach(ExtensionContext context) {
    if (emptiedPerTest) {
      prepare();
    }
  }

  /// The engine, started if it is not yet.
  abstract E engine();

  /// Puts right what a test left killed or paused, and empties the engine.
  final void prepare() {
    if (engine().isAlive()) {
      engine().resume();
    } else {
      engine().restart();
    }
    clear();
  }
}
