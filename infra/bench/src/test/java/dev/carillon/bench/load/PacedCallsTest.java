package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is told of calls that are made when they are due.
final class PacedCallsTest {
  private static final Schedule HUNDRED = Schedule.fixed(10_000, Duration.ofMillis(10));

  @Test
  void countsWhatBecameOfEachCall() throws InterruptedException {
    Paced paced =
        run(
            Duration.ZERO,
            (number, answer) ->
                answer.came(
                    switch (number % 10) {
                      case 0 -> Calls.Verdict.REFUSED;
                      case 1 -> Calls.Verdict.BROKEN;
                      default -> Calls.Verdict.DONE;
                    }));

    assertThat(paced.refused()).isEqualTo(10);
    assertThat(paced.broken()).isEqualTo(10);
    assertThat(paced.unanswered()).isZero();
    assertThat(paced.times().count()).isEqualTo(90);
    assertThat(paced.isClean()).isFalse();
  }

  @Test
  void leavesTheLeadInOut() throws InterruptedException {
    Paced paced = run(Duration.ofMillis(5), (number, answer) -> answer.came(Calls.Verdict.DONE));

    assertThat(paced.times().count()).isEqualTo(50);
    assertThat(paced.lateness().count()).isEqualTo(50);
    assertThat(paced.isClean()).isTrue();
  }

  @Test
  void takesTheTimeFromWhenACallWasDue() throws InterruptedException {
    long[] first = {0};
    Paced paced =
        run(
            Duration.ZERO,
            (number, answer) -> {
              // The first call holds all others up until the last one is overdue as well.
              if (number == 0) {
                first[0] = System.nanoTime();
                while (System.nanoTime() - first[0] < Duration.ofMillis(20).toNanos()) {
                  Thread.onSpinWait();
                }
              }
              answer.came(Calls.Verdict.DONE);
            });

    assertThat(paced.times().p50()).isGreaterThanOrEqualTo(10);
    assertThat(paced.times().max()).isGreaterThanOrEqualTo(20);
  }

  private static Paced run(Duration leadIn, Calls calls) throws InterruptedException {
    return PacedCalls.run(calls, HUNDRED, leadIn, Map.of());
  }
}
