package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final int MESSAGES = 3;
  private static final int PAIR = 2;

  private final Ledger ledger = new Ledger(MESSAGES, PAIR, PAIR);

  @Test
  void isSilentWhenEverythingArrivedOnceAndInOrder() {
    for (int message = 0; message < MESSAGES; message++) {
      deliver(message);
    }

    assertThat(ledger.verdict()).isEmpty();
    assertThat(ledger.unanswered(true)).isZero();
    assertThat(ledger.isComplete(2, true)).isTrue();
  }

  @Test
  void findsAMessageThatOneReceiverNeverGot() {
    deliver(0);
    ledger.acked(1, 20);
    ledger.received(1, 0, 20);
    deliver(2);

    assertThat(kinds()).containsExactly(Kind.LOST);
    assertThat(ledger.verdict().getFirst().what())
        .isEqualTo("message 1 reached 1 devices (expected: 2)");
  }

  @Test
  void findsAMessageHandedOutTwice() {
    deliver(0);
    deliver(1);
    assertThat(ledger.received(1, 1, 20)).isFalse();
    deliver(2);

    assertThat(kinds()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void findsTwoMessagesInTheWrongOrder() {
    deliver(0);
    ledger.acked(1, 20);
    ledger.acked(2, 30);
    ledger.received(1, 0, 20);
    ledger.received(2, 0, 30);
    ledger.received(2, 1, 30);
    ledger.received(1, 1, 20);

    assertThat(kinds()).containsExactly(Kind.SWAPPED);
  }

  @Test
  void tellsARepeatFromASwapAmongLateDeliveries() {
    deliver(0);
    ledger.late(0, 1, 10);
    ledger.late(1, 1, 9);

    assertThat(ledger.verdict())
        .extracting(Violation::kind)
        .containsExactlyInAnyOrder(Kind.DOUBLED, Kind.SWAPPED);
  }

  @Test
  void findsReceiversThatWereToldDifferentNumbers() {
    ledger.acked(0, 10);
    ledger.received(0, 0, 10);
    ledger.received(0, 1, 11);

    assertThat(kinds()).contains(Kind.DIVERGED);
  }

  @Test
  void findsARefusedMessageThatArrived() {
    ledger.refused(0);
    ledger.received(0, 0, 10);
    ledger.received(0, 1, 10);

    assertThat(kinds()).containsExactly(Kind.REFUSED_BUT_STORED);
  }

  @Test
  void findsAMessageThatNobodySent() {
    ledger.received(MESSAGES, 0, 10);

    assertThat(kinds()).containsExactly(Kind.INVENTED);
  }

  @Test
  void anUnansweredMessageMayHaveArrivedOrNot() {
    ledger.received(0, 0, 10);
    ledger.received(0, 1, 10);

    assertThat(ledger.verdict()).isEmpty();
    assertThat(ledger.unanswered(true)).isEqualTo(MESSAGES);
  }

  @Test
  void whereNobodyAcknowledgesWhatIsMissingIsCountedAndNotJudged() {
    ledger.received(0, 0, 10);
    ledger.received(1, 0, 20);
    ledger.received(1, 1, 20);

    assertThat(ledger.verdict()).isEmpty();
    assertThat(ledger.unanswered(false)).isEqualTo(MESSAGES - 1);
    assertThat(ledger.isComplete(1, false)).isTrue();
  }

  private List<Kind> kinds() {
    return ledger.verdict().stream().map(Violation::kind).toList();
  }

  private void deliver(int message) {
    long seq = 10L * (message + 1);
    ledger.acked(message, seq);
    ledger.received(message, 0, seq);
    ledger.received(message, 1, seq);
  }
}
