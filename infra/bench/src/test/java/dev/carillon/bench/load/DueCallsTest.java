package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is reported of calls that are made when they are due.
final class DueCallsTest {
  private static final Schedule HUNDRED = Schedule.fixed(10_000, Duration.ofMillis(10));

  @Test
  void countsWhatBecameOfEachCall() throws InterruptedException {
    Calls.Result result =
        run(
            Duration.ZERO,
            (number, answer) ->
                answer.came(
                    switch (number % 10) {
                      case 0 -> Calls.Verdict.REFUSED;
                      case 1 -> Calls.Verdict.BROKEN;
                      default -> Calls.Verdict.DONE;
                    },
                    1));

    assertThat(result.refused()).isEqualTo(10);
    assertThat(result.broken()).isEqualTo(10);
    assertThat(result.unanswered()).isZero();
    assertThat(result.times().count()).isEqualTo(90);
    assertThat(result.done()).isEqualTo(90);
    assertThat(result.isClean()).isFalse();
  }

  @Test
  void leavesTheLeadInOut() throws InterruptedException {
    Calls.Result result =
        run(Duration.ofMillis(5), (number, answer) -> answer.came(Calls.Verdict.DONE, 1));

    assertThat(result.times().count()).isEqualTo(50);
    assertThat(result.pace().lateness().count()).isEqualTo(50);
    assertThat(result.isClean()).isTrue();
  }

  @Test
  void takesTheTimeFromWhenACallWasDue() throws InterruptedException {
    long[] first = {0};
    Calls.Result result =
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
              answer.came(Calls.Verdict.DONE, 1);
            });

    assertThat(result.times().p50()).isGreaterThanOrEqualTo(10);
    assertThat(result.times().max()).isGreaterThanOrEqualTo(20);
  }

  private static Calls.Result run(Duration leadIn, Calls calls) throws InterruptedException {
    return DueCalls.run(calls, HUNDRED, leadIn, Map.of());
  }
}
