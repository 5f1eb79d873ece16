package dev.carillon.check.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Invoked;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Device ANN = new Device("ann", "phone");

  @Test
  void ordersEventsByTime() {
    Event later = new Event.Complete(2, ANN, 1);
    Event earlier = new Event.Complete(1, ANN, 1);

    assertThat(history(later, earlier).events()).containsExactly(earlier, later);
  }

  @Test
  void gathersTheAttemptsOfOneMessage() {
    History history =
        history(
            invoked(1, 1),
            new Refused(2, ANN, 1, "R"),
            invoked(3, 2),
            new Stored(4, ANN, 2, 9, 8, false));

    Send send = history.sends().iterator().next();
    assertThat(history.sends()).hasSize(1);
    assertThat(send.attempts()).hasSize(2);
    assertThat(send.refused()).isFalse();
    assertThat(send.stored()).hasValueSatisfying(stored -> assertThat(stored.seq()).isEqualTo(9));
  }

  @Test
  void findsTheSendOfAFact() {
    History history = history(invoked(1, 1));

    assertThat(history.send(new Fact("c0", 1, 0, "ann", "m1", 5, null))).isNotNull();
    assertThat(history.send(new Fact("c0", 1, 0, "bob", "m1", 5, null))).isNull();
  }

  @Test
  void aReadSpeaksOfItsRangeOnly() {
    List<Fact> facts = List.of(new Fact("c0", 5, 4, "ann", "m1", 5, null));
    HistoryRead cut = new HistoryRead(1, 2, ANN, "c0", 3, 9, facts, true, false);
    HistoryRead whole = new HistoryRead(1, 2, ANN, "c0", 3, 9, facts, false, false);

    assertThat(cut.covers(3)).isFalse();
    assertThat(cut.covers(4)).isTrue();
    assertThat(cut.covers(6)).isFalse();
    assertThat(whole.covers(8)).isTrue();
    assertThat(whole.covers(9)).isFalse();
  }

  private static Invoked invoked(long at, long op) {
    return new Invoked(at, ANN, op, "c0", "m1", 5, at, 0);
  }

  private static History history(Event... events) {
    return History.of(
        List.of(new Conversation("c0", Conversation.Kind.STEADY, Set.of("ann"))),
        List.of(ANN),
        List.of(events));
  }
}
