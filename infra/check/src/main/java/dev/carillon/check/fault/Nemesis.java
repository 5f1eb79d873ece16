package dev.carillon.check.fault;

import dev.carillon.cli.Installation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Breaks an installation again and again, in an order that follows from a seed.
public final class Nemesis implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final int MEAN_PAUSE_MILLIS = 4_000;

  private final TestInstallation installation;
  private final Clients clients;
  private final List<FaultKind> kinds;
  private final Random random;
  private final Consumer<FaultEvent> log;
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable Thread thread;

  /// Prepares; nothing is broken before [#start()].
  ///
  /// @param log gets every fault once it is over, in the order of their ends
  public Nemesis(
      TestInstallation installation,
      Clients clients,
      Set<FaultKind> kinds,
      long seed,
      Consumer<FaultEvent> log) {
    this.installation = installation;
    this.clients = clients;
    this.kinds = kinds.stream().sorted().toList();
    this.random = new Random(seed);
    this.log = log;
  }

  /// Begins to break.
  public void start() {
    if (kinds.isEmpty()) {
      return;
    }
    thread = Thread.ofPlatform().name("nemesis").daemon().start(this::run);
  }

  /// Breaks nothing any more, heals everything, and returns when all is ready again.
  ///
  /// @throws IllegalStateException when it does not become ready
  public void stop() {
    over.countDown();
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while faults are healed", e);
      }
      thread = null;
    }
    if (!installation.awaitReady(READY_LIMIT)) {
      throw new IllegalStateException(
          "the installation is not ready " + READY_LIMIT.toSeconds() + " s after the last fault");
    }
  }

  private void run() {
    try {
      while (!over.await(random.nextInt(2 * MEAN_PAUSE_MILLIS), TimeUnit.MILLISECONDS)) {
        once(kinds.get(random.nextInt(kinds.size())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void once(FaultKind kind) {
    long begin = System.nanoTime();
    if (kind == FaultKind.SLOW_CLIENT) {
      clients.freeze(1, Duration.ofSeconds(3));
      log.accept(new FaultEvent(kind, "clients", begin, System.nanoTime(), "1 for 3 s"));
    }
    List<Installation.Service> all = installation.supervisor().installation().services();
    Installation.Service victim = all.get(random.nextInt(all.size()));
    Optional<ProcessHandle> process = ProcessHandle.of(victim.pid());
    if (kind == FaultKind.KILL && process.isPresent()) {
      process.get().destroyForcibly();
      log.accept(new FaultEvent(kind, victim.instance(), begin, System.nanoTime(), "SIGKILL"));
    }
  }

  @Override
  public void close() {
    stop();
  }
}
