package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldMessagesTest {
  private static final String CHAT = "c0";

  private final List<Fact> handed = new ArrayList<>();
  private final HeldMessages messages = new HeldMessages(handed::add);

  @Test
  void handsOverWhatFollows() {
    messages.take(fact(1, 0));
    messages.take(fact(4, 1));

    assertThat(handed).containsExactly(fact(1, 0), fact(4, 1));
    assertThat(messages.held(CHAT)).isEqualTo(4);
    assertThat(messages.missing()).isEmpty();
  }

  @Test
  void dropsWhatIsHeld() {
    messages.take(fact(1, 0));
    messages.take(fact(1, 0));

    assertThat(handed).containsExactly(fact(1, 0));
  }

  @Test
  void lacksWhatCameTooEarlyUntilHistoryFillsTheHole() {
    messages.take(fact(1, 0));
    messages.take(fact(4, 3));
    assertThat(messages.missing()).isEqualTo(Map.of(CHAT, 4L));

    messages.takeHistory(CHAT, 0, List.of(fact(2, 1), fact(3, 2), fact(4, 3)));
    assertThat(handed).containsExactly(fact(1, 0), fact(2, 1), fact(3, 2), fact(4, 3));
    assertThat(messages.missing()).isEmpty();
  }

  @Test
  void lacksWhatItWasToldOf() {
    messages.know(CHAT, 3);
    messages.take(fact(1, 0));

    assertThat(messages.missing()).isEqualTo(Map.of(CHAT, 3L));
  }

  @Test
  void takesHistoryAsItIsEvenWithAHole() {
    messages.takeHistory(CHAT, 0, List.of(fact(1, 0), fact(3, 2)));

    assertThat(handed).containsExactly(fact(1, 0), fact(3, 2));
    assertThat(messages.held(CHAT)).isEqualTo(3);
  }

  @Test
  void beginsWhereItsUserJoined() {
    messages.take(fact(4, 3));
    messages.take(fact(9, 8));
    assertThat(handed).isEmpty();

    messages.takeHistory(CHAT, 8, List.of(fact(9, 8)));
    assertThat(handed).containsExactly(fact(9, 8));
    assertThat(messages.missing()).isEmpty();
  }

  private static Fact fact(long seq, long prevSeq) {
    return new Fact(CHAT, seq, prevSeq, "ann", "m" + seq, seq, null);
  }
}
