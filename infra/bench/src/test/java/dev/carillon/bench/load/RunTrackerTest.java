package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunTrackerTest {
  private static final long MILLI = 1_000_000;
  private static final long START = 1_000;

  private final Schedule schedule = Schedule.fixed(1_000, Duration.ofMillis(3));
  private final RunTracker tracker =
      new RunTracker(
          new Pacer(schedule, START, 1, () -> 0, nanos -> {}), new RunTracker.Terms(2, 2, true));

  @Test
  void measuresFromWhenAMessageWasDue() {
    complete(0, 50 * MILLI);
    complete(1, 7 * MILLI);
    complete(2, 9 * MILLI);

    RunTracker.Outcome outcome = tracker.outcome();
    assertThat(tracker.isSettled()).isTrue();
    assertThat(outcome.unanswered()).isZero();
    assertThat(outcome.refusals()).isEmpty();
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.messages()).isEqualTo(2);
    assertThat(outcome.deliveries()).isEqualTo(4);
    // The first one was late by far, but before the measured part.
    assertThat(outcome.stored().max()).isCloseTo(9, within(0.1));
    assertThat(outcome.delivered().count()).isEqualTo(2);
    assertThat(outcome.lastRecipient().max()).isCloseTo(11, within(0.1));
  }

  @Test
  void isNotSettledWhileAReceiverIsMissing() {
    complete(0, 0);
    complete(1, 0);
    tracker.acked(2, 30, START);
    tracker.received(2, 0, 30, true, START);

    assertThat(tracker.isSettled()).isFalse();
    assertThat(tracker.outcome().violations())
        .extracting(RunTracker.Violation::kind)
        .containsExactly(RunTracker.Kind.LOST);
  }

  @Test
  void aRefusalIsAnAnswer() {
    complete(0, 0);
    complete(1, 0);
    tracker.refused(2, "OVERLOADED");

    assertThat(tracker.isSettled()).isTrue();
    assertThat(tracker.outcome().refusals()).isEqualTo(Map.of("OVERLOADED", 1L));
    assertThat(tracker.outcome().violations()).isEmpty();
  }

  @Test
  void whatNeverCameIsSlowerThanAllThatCame() {
    complete(0, 0);
    complete(1, 5 * MILLI);
    tracker.refused(2, "OVERLOADED");

    RunTracker.Outcome outcome = tracker.outcome();
    assertThat(outcome.acknowledged()).isEqualTo(2);
    assertThat(outcome.stored().count()).isEqualTo(2);
    assertThat(outcome.stored().max()).isGreaterThan(59_000);
    assertThat(outcome.delivered().count()).isEqualTo(2);
    assertThat(outcome.delivered().max()).isGreaterThan(59_000);
  }

  /// The acknowledgement `after` its being due, the other's receipt two milliseconds later.
  private void complete(int message, long after) {
    long due = START + schedule.offset(message);
    long seq = 10L * (message + 1);
    tracker.acked(message, seq, due + after);
    tracker.received(message, 0, seq, true, due + after);
    tracker.received(message, 1, seq, false, due + after + 2 * MILLI);
  }
}
