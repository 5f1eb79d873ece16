package dev.carillon.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A loop whose tasks run when the test says so, and a machine that is busy.
final class ThrottledTaskTest {
  private static final Duration PAUSE = Duration.ofHours(1);

  private final AtomicLong nanos = new AtomicLong();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final AtomicInteger runs = new AtomicInteger();
  private final BatchInterval interval = new BatchInterval(() -> 1, PAUSE, PAUSE);

  @Test
  void aTaskThatWasIdleRunsAtOnceForAllWhoAskedMeanwhile() {
    ThrottledTask task = task(runs::incrementAndGet);

    task.ask();
    task.ask();
    assertThat(runs).hasValue(0);
    loop.runPendingTasks();

    assertThat(runs).hasValue(1);
  }

  @Test
  void whatIsAskedSoonAfterARunWaitsForThePause() {
    ThrottledTask task = task(runs::incrementAndGet);
    task.ask();
    loop.runPendingTasks();

    task.ask();
    task.askHere();
    loop.runPendingTasks();
    assertThat(runs).hasValue(1);

    pass();
    assertThat(runs).hasValue(2);
  }

  @Test
  void anIdleTaskRunsOnTheCallersThread() {
    ThrottledTask task = task(runs::incrementAndGet);
    task.askHere();
    assertThat(runs).hasValue(1);

    nanos.addAndGet(PAUSE.toNanos());
    task.askHere();
    assertThat(runs).hasValue(2);
  }

  @Test
  void whatIsAskedDuringARunGetsARunOfItsOwn() {
    ThrottledTask[] self = new ThrottledTask[1];
    ThrottledTask task =
        task(() -> {
          if (runs.incrementAndGet() == 1) {
            self[0].askHere();
            self[0].ask();
          }
        });
    self[0] = task;
    task.askHere();
    assertThat(runs).hasValue(1);

    pass();
    assertThat(runs).hasValue(2);
    pass();
    assertThat(runs).hasValue(2);
  }

  @Test
  void aRunThatFailsIsFollowedByTheNext() {
    ThrottledTask task =
        task(() -> {
          runs.incrementAndGet();
          throw new IllegalStateException("a bug");
        });
    task.askHere();
    nanos.addAndGet(PAUSE.toNanos());
    task.askHere();

    assertThat(runs).hasValue(2);
  }

  @Test
  void aRunThatEndsWithAnErrorIsFollowedByTheNext() {
    ThrottledTask task =
        task(() -> {
          runs.incrementAndGet();
          throw new AssertionError("on purpose");
        });
    assertThatThrownBy(task::askHere).isInstanceOf(AssertionError.class);
    nanos.addAndGet(PAUSE.toNanos());
    assertThatThrownBy(task::askHere).isInstanceOf(AssertionError.class);

    assertThat(runs).hasValue(2);
  }

  private ThrottledTask task(Runnable run) {
    return new ThrottledTask(loop.eventLoop(), interval, nanos::get, run);
  }

  private void pass() {
    nanos.addAndGet(PAUSE.toNanos());
    loop.freezeTime();
    loop.advanceTimeBy(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
    loop.runScheduledPendingTasks();
  }
}
