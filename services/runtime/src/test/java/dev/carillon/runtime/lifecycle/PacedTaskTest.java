package dev.carillon.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A loop whose tasks run when the test says so.
final class PacedTaskTest {
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void whoAsksFirstIsServedAtOnceAndForAllWhoAskedMeanwhile() {
    PacedTask task = new PacedTask(loop.eventLoop(), Duration.ofHours(1), runs::incrementAndGet);

    task.ask();
    task.ask();
    loop.runPendingTasks();

    assertThat(runs).hasValue(1);
  }

  @Test
  void whoAsksSoonAfterARunWaitsForTheInterval() {
    PacedTask task = new PacedTask(loop.eventLoop(), Duration.ofHours(1), runs::incrementAndGet);
    task.ask();
    loop.runPendingTasks();

    task.ask();
    task.ask();
    loop.runPendingTasks();
    assertThat(runs).hasValue(1);

    loop.freezeTime();
    loop.advanceTimeBy(1, TimeUnit.HOURS);
    loop.runPendingTasks();
    assertThat(runs).hasValue(2);
  }

  @Test
  void whoAsksWhileItRunsIsServedByAnotherRun() {
    PacedTask[] self = new PacedTask[1];
    self[0] =
        new PacedTask(
            loop.eventLoop(),
            Duration.ZERO,
            () -> {
              if (runs.incrementAndGet() == 1) {
                self[0].ask();
              }
            });

    self[0].ask();
    loop.runPendingTasks();
    loop.runPendingTasks();

    assertThat(runs).hasValue(2);
  }

  @Test
  void aTaskThatFailsRunsAgainWhenAskedAgain() {
    PacedTask task =
        new PacedTask(
            loop.eventLoop(),
            Duration.ZERO,
            () -> {
              runs.incrementAndGet();
              throw new IllegalStateException("as told");
            });

    task.ask();
    loop.runPendingTasks();
    task.ask();
    loop.runPendingTasks();

    assertThat(runs).hasValue(2);
  }
}
