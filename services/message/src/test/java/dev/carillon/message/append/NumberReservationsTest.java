package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Numbers leave in ascending order, each once.
final class NumberReservationsTest {
  private static final ConversationId ID = new ConversationId(1, 1);

  private final List<SequenceClient.Wish> asked = new ArrayList<>();
  private final NumberReservations numbers =
      new NumberReservations(this::reserve, new NoGrants(), 2);

  @Test
  void handsOutOneBlockAfterTheOther() {
    numbers.granted(ID, 1, 2);
    numbers.granted(ID, 10, 11);

    assertThat(numbers.next(ID, 0)).isEqualTo(1);
    assertThat(numbers.next(ID, 1)).isEqualTo(2);
    assertThat(numbers.next(ID, 2)).isEqualTo(10);
    assertThat(numbers.next(ID, 10)).isEqualTo(11);
    assertThat(numbers.next(ID, 11)).isZero();
  }

  @Test
  void skipsNumbersThatWereOvertaken() {
    numbers.granted(ID, 1, 5);
    numbers.granted(ID, 6, 9);

    assertThat(numbers.next(ID, 3)).isEqualTo(4);
    assertThat(numbers.next(ID, 7)).isEqualTo(8);
    assertThat(numbers.next(ID, 20)).isZero();
  }

  @Test
  void countsNumbersAsUsedOnlyWhenTold() {
    numbers.granted(ID, 1, 5);
    numbers.next(ID, 0);

    assertThat(numbers.next(ID, 0)).isEqualTo(1);
    numbers.used(ID, 3);
    assertThat(numbers.next(ID, 0)).isEqualTo(4);
  }

  @Test
  void asksForMoreBeforeTheyRunOut() {
    numbers.used(ID, 1);
    assertThat(wishes()).isEmpty();
    numbers.granted(ID, 1, 100);
    numbers.used(ID, 70);
    assertThat(wishes()).isEmpty();
    numbers.used(ID, 90);
    assertThat(wishes()).containsExactly(new SequenceClient.Wish(ID, 1, 90));
    numbers.used(ID, 91);
    assertThat(wishes()).isEmpty();
    numbers.granted(ID, 101, 200);
    numbers.used(ID, 92);
    assertThat(wishes()).isEmpty();
  }

  @Test
  void forgetsTheLeastRecentlyUsedConversation() {
    numbers.granted(ID, 1, 5);
    numbers.granted(new ConversationId(2, 2), 1, 5);
    assertThat(numbers.next(ID, 0)).isEqualTo(1);
    numbers.granted(new ConversationId(3, 3), 1, 5);

    assertThat(numbers.next(ID, 0)).isEqualTo(1);
    assertThat(numbers.next(new ConversationId(2, 2), 0)).isZero();
  }

  private void reserve(List<SequenceClient.Wish> wishes, SequenceClient.Grants grants) {
    asked.addAll(wishes);
  }

  /// What was asked for since the last call.
  private List<SequenceClient.Wish> wishes() {
    asked.clear();
    numbers.flush();
    return asked;
  }

  /// Nothing is answered here.
  private static final class NoGrants implements SequenceClient.Grants {
    @Override
    public void granted(ConversationId conversation, long first, long last) {}

    @Override
    public void failed(ConversationId conversation, String why) {}
  }
}
