package dev.carillon.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FakeClockTest {
  private final FakeClock clock = new FakeClock(Instant.EPOCH);

  @Test
  void standsStillUntilMoved() {
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
    assertThat(clock.ticker().getAsLong()).isZero();
  }

  @Test
  void movesBothTimesOn() {
    clock.advance(Duration.ofMillis(1500));

    assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(1500));
    assertThat(clock.nanos()).isEqualTo(1_500_000_000L);
  }

  @Test
  void jumpsWithTheWallClockAlone() {
    clock.jump(Duration.ofHours(-1));

    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.minusSeconds(3600));
    assertThat(clock.nanos()).isZero();
  }

  @Test
  void refusesToLetTimePassBackwards() {
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("duration: PT-0.000000001S (expected: not negative)");
  }
}
