package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Test
  void fixedArrivalsAreEvenlySpaced() {
    Schedule schedule = Schedule.fixed(1_000, TEN_SECONDS);

    assertThat(schedule.size()).isEqualTo(10_000);
    assertThat(gaps(schedule)).containsOnly(1_000_000);
  }

  @Test
  void poissonArrivalsHaveTheRateAndItsIrregularity() {
    Schedule schedule = Schedule.poisson(1_000, TEN_SECONDS, 7);

    double mean = LongStream.of(gaps(schedule)).average().orElseThrow();
    double variance =
        LongStream.of(gaps(schedule))
            .mapToDouble(gap -> (gap - mean) * (gap - mean))
            .average()
            .orElseThrow();
    assertThat(schedule.size()).isEqualTo(10_000);
    assertThat(LongStream.of(gaps(schedule)).min().orElseThrow()).isNotNegative();
    assertThat(mean).isBetween(0.99e6, 1.01e6);
    // The deviation of an exponential distribution is its mean.
    assertThat(Math.sqrt(variance)).isBetween(0.95e6, 1.05e6);
  }

  @Test
  void theSameSeedGivesTheSameArrivals() {
    assertThat(gaps(Schedule.poisson(100, TEN_SECONDS, 7)))
        .isEqualTo(gaps(Schedule.poisson(100, TEN_SECONDS, 7)))
        .isNotEqualTo(gaps(Schedule.poisson(100, TEN_SECONDS, 8)));
  }

  @Test
  void refusesRatesThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.fixed(0, TEN_SECONDS))
        .withMessage("rate: 0.0 (expected: more than 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.fixed(0.01, TEN_SECONDS))
        .withMessageStartingWith("messages: 0 (expected: 1 to ");
  }

  private static long[] gaps(Schedule schedule) {
    return IntStream.range(1, schedule.size())
        .mapToLong(i -> schedule.offset(i) - schedule.offset(i - 1))
        .toArray();
  }
}
