package dev.carillon.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DrainTest {
  private final Health health = new Health();
  private final List<String> done = new ArrayList<>();

  @Test
  void stopsServingFirstAndRunsTheStepsInOrderOnce() {
    health.started();
    Drain drain = new Drain(health, Duration.ofSeconds(10), System::nanoTime);
    drain.then("deregister", left -> done.add("deregister, ready: " + health.isReady()));
    drain.then("streams", left -> done.add("streams"));

    drain.close();
    drain.close();

    assertThat(done).containsExactly("deregister, ready: false", "streams");
  }

  @Test
  void goesOnAfterAStepThatFails() {
    Drain drain = new Drain(health, Duration.ofSeconds(10), System::nanoTime);
    drain.then(
        "fails",
        left -> {
          throw new IllegalStateException("on purpose");
        });
    drain.then("next", left -> done.add("next"));

    drain.close();

    assertThat(done).containsExactly("next");
  }

  @Test
  void tellsEveryStepHowLongItMayTake() {
    List<Duration> told = new ArrayList<>();
    Drain drain = new Drain(health, Duration.ofNanos(1), System::nanoTime);
    drain.then("late", told::add);

    drain.close();

    assertThat(told).containsExactly(Duration.ZERO);
  }
}
