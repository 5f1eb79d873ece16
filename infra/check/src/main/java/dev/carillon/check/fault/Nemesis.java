package dev.carillon.check.fault;

import dev.carillon.check.fault.Scene.Breakage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Breaks an installation again and again, in an order that follows from a seed: one fault about
/// every four seconds, mostly one at a time.
///
/// Every kind comes once in each round, cuts of links twice. When a fault strikes depends on how
/// long the ones before it took, and whom it may strike on who is there.
public final class Nemesis {
  private static final Logger LOG = LoggerFactory.getLogger(Nemesis.class);
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final int LEAST_GAP_MILLIS = 800;
  private static final int MOST_GAP_MILLIS = 4_000;
  private static final double OVERLAP = 0.25;

  private final TestInstallation installation;
  private final BiConsumer<Integer, Duration> freezing;
  private final Set<FaultKind> kinds;
  private final long seed;
  private final Consumer<FaultEvent> events;
  private final Random order;
  private final List<FaultKind> round = new ArrayList<>();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final ExecutorService healers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("nemesis").unstarted(this::run);

  /// Prepares; nothing is broken before [#start()].
  ///
  /// @param kinds one or more
  /// @param freezing makes so many devices, those that are frozen among them, read nothing for so
  ///   long; returns at once; called by one thread at a time
  /// @param events gets every fault once it is over, in the order of their ends; called by one
  ///   thread at a time
  public Nemesis(
      TestInstallation installation,
      BiConsumer<Integer, Duration> freezing,
      Set<FaultKind> kinds,
      long seed,
      Consumer<FaultEvent> events) {
    this.installation = installation;
    this.freezing = freezing;
    this.kinds = Set.copyOf(kinds);
    this.seed = seed;
    this.events = events;
    order = new Random(seed);
  }

  /// Begins to break. To be called once.
  public void start() {
    thread.start();
  }

  /// Breaks nothing any more, heals everything, and returns when all is ready again.
  ///
  /// @throws IllegalStateException when it does not become ready
  public void stop() {
    over.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while faults are healed", e);
    }
    healers.close();
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
        Future<?> healer = strike(next(), chance);
        if (!chance.chance(OVERLAP)) {
          healer.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a fault was not logged", e);
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

  private Future<?> strike(FaultKind kind, Chance chance) {
    long begin = System.nanoTime();
    try {
      Breakage broken = kind.strike(scene(chance));
      if (broken != null) {
        busy.add(broken.target());
        return healers.submit(() -> heal(kind, broken, begin));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("{}: could not be done", kind.option(), e);
    }
    return CompletableFuture.completedFuture(null);
  }

  /// Where a fault may strike now.
  Scene scene(Chance chance) {
    return new Scene(installation, freezing, chance, busy);
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
}
