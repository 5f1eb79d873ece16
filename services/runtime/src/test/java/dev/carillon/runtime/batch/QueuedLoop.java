package dev.carillon.runtime.batch;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// An event loop that does nothing by itself: its tasks wait for a test to run them, and its timers
/// for a test to find that their time has come. What recurs never runs.
public final class QueuedLoop extends AbstractExecutorService implements ScheduledExecutorService {
  private final Queue<Runnable> tasks;
  private final Queue<Runnable> timers;

  /// Keeps tasks and timers apart.
  public QueuedLoop() {
    this.tasks = new ConcurrentLinkedQueue<>();
    this.timers = new ConcurrentLinkedQueue<>();
  }

  /// Adds tasks and timers alike to a queue that the test empties.
  public QueuedLoop(Queue<Runnable> all) {
    this.tasks = all;
    this.timers = all;
  }

  /// Runs all tasks, those that they bring about too.
  void turn() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /// Runs the timers that are set now.
  void runTimers() {
    List.copyOf(timers).stream().filter(timers::remove).forEach(Runnable::run);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return schedule(Executors.callable(task), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    Timer<V> timer = new Timer<>(task);
    timers.add(timer);
    return timer;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long delay, long period, TimeUnit unit) {
    return new Timer<>(Executors.callable(task));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long delay, long pause, TimeUnit unit) {
    return new Timer<>(Executors.callable(task));
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }

  /// A task whose time has yet to come.
  private static final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
    Timer(Callable<V> task) {
      super(task);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
