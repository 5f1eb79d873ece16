package dev.carillon.engines;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A real server running as a child process on the loopback address, with its data in one folder.
///
/// It keeps its port over [#restart()], so clients find it again, and if possible over the life of
/// this object. The methods that break it ([#kill()], [#pause()]) are for fault tests; data
/// survives all of them. Safe for use by several threads; `restart`, `kill` and `close` return when
/// the process has reached the new state.
public abstract class Engine implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
  private static final int PORT_ATTEMPTS = 5;
  private static final int ERROR_LINES = 15;

  private final String name;
  private final EngineFolder folder;
  private int port;
  private @Nullable ChildProcess process;
  private boolean closed;

  /// Package-private: the engines of this package are the only ones.
  Engine(String name, EngineFolder folder) {
    this.name = name;
    this.folder = folder;
    this.port = folder.port().orElseGet(Ports::free);
  }

  /// Which engine this is, in lower case: `etcd`, `redis`, `mariadb`, `mysql` or `vitess`.
  public final String name() {
    return name;
  }

  public final synchronized int port() {
    return port;
  }

  public final InetSocketAddress address() {
    return new InetSocketAddress(Ports.loopback(), port());
  }

  /// The process id of the server itself, of the last one if it is not running.
  public final long pid() {
    return current().pid();
  }

  public final boolean isAlive() {
    return current().isAlive();
  }

  /// Completes with the exit code when the process that runs now ends, wanted or not.
  public final CompletableFuture<Integer> onExit() {
    return current().onExit();
  }

  public final Path logFile() {
    return folder.resolve(name + ".log");
  }

  /// Stops the server in good order if it runs, and starts it again on the same port with the same
  /// data.
  public final synchronized void restart() {
    if (closed) {
      throw new IllegalStateException(name + ": closed (expected: running)");
    }
    current().stop(STOP_LIMIT);
    launch(false);
  }

  /// Ends the server with SIGKILL, as a crash would.
  public final void kill() {
    current().kill();
  }

  /// Freezes the server (SIGSTOP): connections stay open and nothing is answered until [#resume()].
  public final void pause() {
    current().pause();
  }

  /// Lets a paused server go on (SIGCONT).
  public final void resume() {
    current().resume();
  }

  /// Stops the server in good order and leaves its data.
  @Override
  public final synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      current().stop(STOP_LIMIT);
    } finally {
      folder.close();
      closed();
    }
  }

  /// The command line of one start. Called before each start.
  abstract List<String> command(int onPort) throws IOException;

  /// Whether the started server serves clients.
  ///
  /// @throws IOException if it does not answer yet
  abstract boolean answers(ChildProcess started) throws IOException;

  /// Called once the server is stopped for good.
  void closed() {}

  /// Called once the server serves clients.
  void started() throws IOException {}

  final EngineFolder folder() {
    return folder;
  }

  /// The first start: a remembered port that another process has taken since is given up.
  final synchronized void launch() {
    try {
      launch(true);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private void launch(boolean anyPort) {
    for (int attempt = 1; ; attempt++) {
      if (!Ports.isFree(port)) {
        if (!anyPort) {
          throw new PortTakenException(name + ": port " + port + ": taken by another process");
        }
        port = Ports.free();
      }
      try {
        process = launchOn(port);
        folder.keepPort(port);
        return;
      } catch (PortTakenException e) {
        if (!anyPort || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      } catch (IOException e) {
        throw new EngineException(name + ": cannot start: " + e.getMessage(), e);
      }
    }
  }

  private ChildProcess launchOn(int onPort) throws IOException {
    ChildProcess started =
        ChildProcess.start(command(onPort), folder.root(), environment(), logFile());
    process = started;
    try {
      folder.keepPid(started.pid());
      awaitAnswer(started);
      started();
      return started;
    } catch (IOException | RuntimeException e) {
      started.kill();
      throw e;
    }
  }

  private void awaitAnswer(ChildProcess started) {
    long begin = System.nanoTime();
    while (!answersNow(started)) {
      if (started.awaitExit(POLL_INTERVAL)) {
        throw failure(started, "ended at start with exit code " + started.onExit().join());
      }
      if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
        throw failure(started, "not ready after " + START_LIMIT.toSeconds() + " s");
      }
    }
  }

  private boolean answersNow(ChildProcess started) {
    try {
      return answers(started) && started.isAlive();
    } catch (IOException notYet) {
      return false;
    }
  }

  private EngineException failure(ChildProcess started, String what) {
    String message =
        name + ": " + what + "; log: " + logFile() + "\n" + started.lastOutput(ERROR_LINES);
    boolean portTaken =
        started.output().toLowerCase(Locale.ROOT).contains("address already in use");
    return portTaken ? new PortTakenException(message) : new EngineException(message);
  }

  /// The environment of this JVM without the variables that some servers read as settings.
  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment
        .keySet()
        .removeIf(key ->
            key.startsWith("ETCD_")
                || key.startsWith("MYSQL_")
                || key.startsWith("MARIADB_")
                || key.startsWith("CARILLON_"));
    return environment;
  }

  private synchronized ChildProcess current() {
    if (process == null) {
      throw new IllegalStateException(name + ": not started (expected: started)");
    }
    return process;
  }
}
