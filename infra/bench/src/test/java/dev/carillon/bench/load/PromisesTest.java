package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.RunTracker.Kind;
import dev.carillon.bench.load.RunTracker.Violation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which broken promises a tracker finds.
final class PromisesTest {
  private static final int MESSAGES = 3;
  private static final int PAIR = 2;

  private final RunTracker tracker = tracker(true);

  @Test
  void isSilentWhenEverythingArrivedOnceAndInOrder() {
    for (int message = 0; message < MESSAGES; message++) {
      deliver(message);
    }

    assertThat(tracker.isSettled()).isTrue();
    RunTracker.Outcome outcome = tracker.outcome();
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.unanswered()).isZero();
  }

  @Test
  void findsAMessageThatOneReceiverNeverGot() {
    deliver(0);
    tracker.acked(1, 20, 0);
    tracker.received(1, 0, 20, false, 0);
    deliver(2);

    assertThat(tracker.outcome().violations())
        .containsExactly(new Violation(Kind.LOST, "message 1 reached 1 devices (expected: 2)", 1));
  }

  @Test
  void findsAMessageHandedOutTwice() {
    deliver(0);
    deliver(1);
    tracker.received(1, 1, 20, false, 0);
    deliver(2);

    assertThat(kinds()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void findsTwoMessagesInTheWrongOrder() {
    deliver(0);
    tracker.acked(1, 20, 0);
    tracker.acked(2, 30, 0);
    tracker.received(1, 0, 20, false, 0);
    tracker.received(2, 0, 30, false, 0);
    tracker.received(2, 1, 30, false, 0);
    tracker.received(1, 1, 20, false, 0);

    assertThat(kinds()).containsExactly(Kind.SWAPPED);
  }

  @Test
  void tellsARepeatFromASwapAmongLateDeliveries() {
    deliver(0);
    tracker.late(0, 1, 10);
    tracker.late(1, 1, 9);

    assertThat(tracker.outcome().violations())
        .extracting(Violation::kind)
        .containsExactlyInAnyOrder(Kind.DOUBLED, Kind.SWAPPED);
  }

  @Test
  void findsReceiversThatWereToldDifferentNumbers() {
    tracker.acked(0, 10, 0);
    tracker.received(0, 0, 10, false, 0);
    tracker.received(0, 1, 11, false, 0);

    assertThat(kinds()).contains(Kind.DIVERGED);
  }

  @Test
  void findsARefusedMessageThatArrived() {
    tracker.refused(0, "no");
    tracker.received(0, 0, 10, false, 0);
    tracker.received(0, 1, 10, false, 0);

    assertThat(kinds()).containsExactly(Kind.REFUSED_BUT_STORED);
  }

  @Test
  void findsAMessageThatNobodySent() {
    tracker.received(MESSAGES, 0, 10, false, 0);

    assertThat(kinds()).containsExactly(Kind.INVENTED);
  }

  @Test
  void anUnansweredMessageMayHaveArrivedOrNot() {
    tracker.received(0, 0, 10, false, 0);
    tracker.received(0, 1, 10, false, 0);

    RunTracker.Outcome outcome = tracker.outcome();
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.unanswered()).isEqualTo(MESSAGES);
  }

  @Test
  void whereNobodyAcknowledgesWhatIsMissingIsCountedAndNotJudged() {
    RunTracker silent = tracker(false);
    silent.received(0, 0, 10, false, 0);
    silent.received(1, 0, 20, false, 0);
    silent.received(1, 1, 20, false, 0);

    RunTracker.Outcome outcome = silent.outcome();
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.unanswered()).isEqualTo(MESSAGES - 1);
  }

  private static RunTracker tracker(boolean acknowledged) {
    Schedule schedule = Schedule.fixed(1_000, Duration.ofMillis(MESSAGES));
    Pacer pacer = new Pacer(schedule, 0, 0, () -> 0, nanos -> {});
    return new RunTracker(pacer, new RunTracker.Terms(PAIR, PAIR, acknowledged));
  }

  private List<Kind> kinds() {
    return tracker.outcome().violations().stream().map(Violation::kind).toList();
  }

  private void deliver(int message) {
    long seq = 10L * (message + 1);
    tracker.acked(message, seq, 0);
    tracker.received(message, 0, seq, false, 0);
    tracker.received(message, 1, seq, false, 0);
  }
}
