package dev.carillon.engines;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The engines of one installation, each in a folder of its own below one data folder.
public final class Engines implements AutoCloseable {
  private final List<Engine> running;

  private Engines(List<Engine> running) {
    this.running = List.copyOf(running);
  }

  /// Starts the planned engines side by side and returns when all serve clients. If one cannot, the
  /// others are stopped again.
  ///
  /// @param data its subfolders `etcd`, `redis` and `mariadb` are used
  /// @param progress receives a line when an engine is ready; may be called by several threads
  /// @throws EngineException the first failure, with the others as suppressed exceptions
  public static Engines start(
      EngineBinaries binaries, Path data, EnginesPlan plan, Consumer<String> progress) {
    List<Supplier<Engine>> starts = new ArrayList<>();
    plan.etcd()
        .ifPresent(o -> starts.add(() -> EtcdEngine.start(binaries, data.resolve("etcd"), o)));
    plan.redis()
        .ifPresent(o -> starts.add(() -> RedisEngine.start(binaries, data.resolve("redis"), o)));
    plan.mariaDb()
        .ifPresent(
            o -> starts.add(() -> MariaDbEngine.start(binaries, data.resolve("mariadb"), o)));
    return new Engines(startAll(starts, progress));
  }

  private static List<Engine> startAll(List<Supplier<Engine>> starts, Consumer<String> progress) {
    List<Engine> running = new ArrayList<>();
    @Nullable EngineException failure = null;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Engine>> results =
          starts.stream().map(start -> threads.submit(() -> startOne(start, progress))).toList();
      for (Future<Engine> result : results) {
        try {
          running.add(result.get());
        } catch (ExecutionException e) {
          failure = join(failure, asEngineException(e.getCause()));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          failure = join(failure, new EngineException("Interrupted while starting the engines", e));
        }
      }
    }
    if (failure != null) {
      new Engines(running).close();
      throw failure;
    }
    return running;
  }

  private static Engine startOne(Supplier<Engine> start, Consumer<String> progress) {
    long begin = System.nanoTime();
    Engine engine = start.get();
    long millis = (System.nanoTime() - begin) / 1_000_000;
    progress.accept(
        "%s ready on port %s after %s ms".formatted(engine.name(), engine.port(), millis));
    return engine;
  }

  private static EngineException asEngineException(@Nullable Throwable cause) {
    if (cause instanceof EngineException expected) {
      return expected;
    }
    return new EngineException("Cannot start an engine: " + cause, cause);
  }

  private static EngineException join(@Nullable EngineException first, EngineException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }

  public Optional<EtcdEngine> etcd() {
    return find(EtcdEngine.class);
  }

  public Optional<RedisEngine> redis() {
    return find(RedisEngine.class);
  }

  public Optional<MariaDbEngine> mariaDb() {
    return find(MariaDbEngine.class);
  }

  /// All that were started, etcd first.
  public List<Engine> all() {
    return running;
  }

  /// Stops them in reverse order; data stays. One that cannot be stopped does not keep the others.
  @Override
  public void close() {
    @Nullable EngineException failure = null;
    for (Engine engine : running.reversed()) {
      try {
        engine.close();
      } catch (EngineException e) {
        failure = join(failure, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private <E extends Engine> Optional<E> find(Class<E> type) {
    return running.stream().filter(type::isInstance).map(type::cast).findFirst();
  }
}
