package dev.carillon.check.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.fault.FaultKind;
import java.util.List;
import java.util.OptionalDouble;
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

  @Test
  void nothingIsAsUsualWhereEverySecondHadAFault() {
    FaultEvent always =
        new FaultEvent(FaultKind.CLOCK, "connection-1", 0, 20 * Samples.SECOND, "a day");
    List<FaultEvent> faults = List.of(always, Samples.faults().getFirst());
    List<Recovery> recoveries =
        Recovery.of(faults, 0, Samples.history(), Timeline.of(Samples.history()));

    assertThat(recoveries).extracting(Recovery::back).containsOnly(OptionalDouble.empty());
  }

  @Test
  void comesInTheOrderInWhichFaultsBegan() {
    FaultEvent longer =
        new FaultEvent(FaultKind.CLOCK, "connection-1", 0, 7 * Samples.SECOND, "a day");
    List<FaultEvent> byTheirEnds = List.of(Samples.faults().getFirst(), longer);

    assertThat(Recovery.of(byTheirEnds, 0, Samples.history(), Timeline.of(Samples.history())))
        .extracting(Recovery::beganAt)
        .containsExactly(0L, 5 * Samples.SECOND);
  }
}
