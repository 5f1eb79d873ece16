package dev.carillon.check.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Breaks an installation again and again, in an order that follows from a seed: one fault about
/// every four seconds, mostly one at a time.
///
/// Every kind comes once in each round, cuts of links twice. When a fault strikes depends on how
/// long the ones before it took, and whom it may strike on who is there.
public final class Nemesis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Nemesis.class);
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final int LEAST_GAP_MILLIS = 800;
  private static final int MOST_GAP_MILLIS = 4_000;
  private static final double OVERLAP = 0.25;

  private final TestInstallation installation;
  private final Clients clients;
  private final Set<FaultKind> kinds;
  private final long seed;
  private final Consumer<FaultEvent> events;
  private final InstanceFaults instances;
  private final InnerFaults inner;
  private final EngineFaults engines;
  private final LinkFaults links;
  private final Random order;
  private final List<FaultKind> round = new ArrayList<>();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final List<Thread> healers = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable Thread thread;

  /// Prepares; nothing is broken before [#start()].
  ///
  /// @param clients the devices that [FaultKind#SLOW_CLIENT] freezes
  /// @param events gets every fault once it is over, in the order of their ends; called by one
  ///   thread at a time
  public Nemesis(
      TestInstallation installation,
      Clients clients,
      Set<FaultKind> kinds,
      long seed,
      Consumer<FaultEvent> events) {
    this.installation = installation;
    this.clients = clients;
    this.kinds = Set.copyOf(kinds);
    this.seed = seed;
    this.events = events;
    FaultTargets targets = new FaultTargets(installation);
    instances = new InstanceFaults(targets);
    inner = new InnerFaults(targets);
    engines = new EngineFaults(installation);
    links = new LinkFaults(installation);
    order = new Random(seed);
  }

  /// Begins to break. To be called once.
  public void start() {
    if (!kinds.isEmpty()) {
      thread = Thread.ofVirtual().name("nemesis").start(this::run);
    }
  }

  /// Breaks nothing any more, heals everything, and returns when all is ready again.
  ///
  /// @throws IllegalStateException when it does not become ready
  public void stop() {
    over.countDown();
    try {
      Thread running = thread;
      if (running != null) {
        running.join();
      }
      for (Thread healer : healers) {
        healer.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while faults are healed", e);
    }
    Map<String, String> missing = installation.awaitReady(READY_LIMIT);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "not ready " + READY_LIMIT.toSeconds() + " s after the last fault: " + missing);
    }
  }

  private void run() {
    try {
      for (int number = 0; ; number++) {
        Chance chance = new Chance(seed * 1_000_003 + number);
        if (over.await(chance.between(LEAST_GAP_MILLIS, MOST_GAP_MILLIS), TimeUnit.MILLISECONDS)) {
          return;
        }
        Thread healer = strike(next(), chance);
        if (!chance.chance(OVERLAP)) {
          healer.join();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private FaultKind next() {
    if (round.isEmpty()) {
      round.addAll(kinds.stream().sorted().toList());
      if (kinds.contains(FaultKind.CUT) && kinds.size() > 1) {
        round.add(FaultKind.CUT);
      }
      Collections.shuffle(round, order);
    }
    return round.removeLast();
  }

  private Thread strike(FaultKind kind, Chance chance) {
    long begin = System.nanoTime();
    Optional<Breakage> broken = attempt(kind, chance);
    broken.ifPresent(breakage -> busy.add(breakage.target()));
    Thread healer =
        Thread.ofVirtual().start(() -> broken.ifPresent(breakage -> heal(kind, breakage, begin)));
    healers.removeIf(old -> !old.isAlive());
    healers.add(healer);
    return healer;
  }

  private Optional<Breakage> attempt(FaultKind kind, Chance chance) {
    try {
      return breakSomething(kind, chance);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (Exception e) {
      LOG.warn("{}: could not be done", kind.option(), e);
      return Optional.empty();
    }
  }

  /// Does one thing of a kind.
  ///
  /// @return absent when there is no target just now
  Optional<Breakage> breakSomething(FaultKind kind, Chance chance) throws Exception {
    return switch (kind) {
      case KILL -> instances.kill(chance, busy);
      case PAUSE -> instances.pause(chance, busy);
      case HANDOVER -> instances.handOver(chance, busy);
      case CLOCK -> inner.shiftClock(chance, busy);
      case FAIL_POINT -> inner.failPoint(chance, busy);
      case CUT -> links.cut(chance, busy);
      case REDIS_FLUSH -> engines.flushRedis(busy);
      case REDIS_STOP -> engines.stopRedis(chance, busy);
      case DB_RESTART -> engines.restart("mariadb", chance, busy);
      case ETCD_RESTART -> engines.restart("etcd", chance, busy);
      case SLOW_CLIENT -> freeze(chance);
    };
  }

  private Optional<Breakage> freeze(Chance chance) {
    int count = chance.between(1, 3);
    Duration length = chance.millis(2_000, 8_000);
    clients.freeze(count, length);
    return Optional.of(new Breakage("clients", count + " frozen", length, () -> {}));
  }

  /// Waits until a fault has lasted as long as it is to last, or all is over, and heals it.
  void heal(FaultKind kind, Breakage breakage, long begin) {
    String detail = breakage.detail();
    try {
      over.await(breakage.length().toMillis(), TimeUnit.MILLISECONDS);
      breakage.healing().heal();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.error("{} of {}: cannot be healed", kind.option(), breakage.target(), e);
      detail += "; cannot be healed: " + e.getMessage();
    }
    busy.remove(breakage.target());
    FaultEvent event = new FaultEvent(kind, breakage.target(), begin, System.nanoTime(), detail);
    synchronized (events) {
      events.accept(event);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
