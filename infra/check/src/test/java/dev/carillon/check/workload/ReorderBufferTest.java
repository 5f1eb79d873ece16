package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReorderBufferTest {
  private static final String CHAT = "c0";

  private final ReorderBuffer buffer = new ReorderBuffer();

  @Test
  void handsOverWhatFollows() {
    assertThat(buffer.take(fact(1, 0))).containsExactly(fact(1, 0));
    assertThat(buffer.take(fact(4, 1))).containsExactly(fact(4, 1));
    assertThat(buffer.held(CHAT)).isEqualTo(4);
  }

  @Test
  void dropsWhatIsHeld() {
    buffer.take(fact(1, 0));

    assertThat(buffer.take(fact(1, 0))).isEmpty();
  }

  @Test
  void keepsWhatCameTooEarlyUntilHistoryFillsTheHole() {
    buffer.take(fact(1, 0));
    assertThat(buffer.take(fact(4, 3))).isEmpty();
    assertThat(buffer.missingUpTo(CHAT)).isEqualTo(3);

    assertThat(buffer.takeHistory(CHAT, 0, List.of(fact(2, 1), fact(3, 2))))
        .containsExactly(fact(2, 1), fact(3, 2), fact(4, 3));
    assertThat(buffer.missingUpTo(CHAT)).isZero();
  }

  @Test
  void handsOverInOrderWhatArrivedSwapped() {
    assertThat(buffer.take(fact(2, 1))).isEmpty();

    assertThat(buffer.take(fact(1, 0))).containsExactly(fact(1, 0), fact(2, 1));
  }

  @Test
  void takesHistoryAsItIsEvenWithAHole() {
    assertThat(buffer.takeHistory(CHAT, 0, List.of(fact(1, 0), fact(3, 2)))).hasSize(2);
    assertThat(buffer.held(CHAT)).isEqualTo(3);
  }

  @Test
  void beginsWhereItsUserJoined() {
    assertThat(buffer.take(fact(9, 8))).isEmpty();

    assertThat(buffer.takeHistory(CHAT, 8, List.of())).containsExactly(fact(9, 8));
  }

  @Test
  void forgetsWhatWaitedFromBeforeItsUserJoinedAgain() {
    buffer.take(fact(4, 3));
    buffer.take(fact(9, 8));

    assertThat(buffer.takeHistory(CHAT, 8, List.of())).containsExactly(fact(9, 8));
    assertThat(buffer.missingUpTo(CHAT)).isZero();
  }

  private static Fact fact(long seq, long prevSeq) {
    return new Fact(CHAT, seq, prevSeq, "ann", "m" + seq, seq, null);
  }
}
