package dev.carillon.check.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RecoveryTest {
  private final Recovery recovery =
      Recovery.of(Samples.faults(), 0, Samples.history(), Timeline.of(Samples.history()))
          .getFirst();

  @Test
  void measuresTheSilence() {
    assertThat(recovery.silence()).isCloseTo(1.0, within(0.11));
  }

  @Test
  void findsWhenLatenciesWereAsUsualAgain() {
    assertThat(recovery.back()).hasValueCloseTo(0.0, within(0.01));
  }

  @Test
  void countsFromTheBeginningOfTheRun() {
    Recovery later =
        Recovery.of(
                Samples.faults(), Samples.SECOND, Samples.history(), Timeline.of(Samples.history()))
            .getFirst();

    assertThat(later.beganAt()).isEqualTo(4 * Samples.SECOND);
  }
}
