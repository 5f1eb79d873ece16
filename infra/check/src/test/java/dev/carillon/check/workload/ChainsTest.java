package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainsTest {
  private static final String CHAT = "c0";

  private final Chains chains = new Chains();

  @Test
  void handsOverWhatFollows() {
    assertThat(chains.take(fact(1, 0))).containsExactly(fact(1, 0));
    assertThat(chains.take(fact(4, 1))).containsExactly(fact(4, 1));
    assertThat(chains.held(CHAT)).isEqualTo(4);
  }

  @Test
  void dropsWhatIsHeld() {
    chains.take(fact(1, 0));

    assertThat(chains.take(fact(1, 0))).isEmpty();
  }

  @Test
  void keepsWhatCameTooEarlyUntilHistoryFillsTheHole() {
    chains.take(fact(1, 0));
    assertThat(chains.take(fact(4, 3))).isEmpty();
    assertThat(chains.missingUpTo(CHAT)).isEqualTo(3);

    assertThat(chains.takeHistory(CHAT, 0, List.of(fact(2, 1), fact(3, 2))))
        .containsExactly(fact(2, 1), fact(3, 2), fact(4, 3));
    assertThat(chains.missingUpTo(CHAT)).isZero();
  }

  @Test
  void handsOverInOrderWhatArrivedSwapped() {
    assertThat(chains.take(fact(2, 1))).isEmpty();

    assertThat(chains.take(fact(1, 0))).containsExactly(fact(1, 0), fact(2, 1));
  }

  @Test
  void takesHistoryAsItIsEvenWithAHole() {
    assertThat(chains.takeHistory(CHAT, 0, List.of(fact(1, 0), fact(3, 2)))).hasSize(2);
    assertThat(chains.held(CHAT)).isEqualTo(3);
  }

  @Test
  void beginsWhereItsUserJoined() {
    assertThat(chains.take(fact(9, 8))).isEmpty();

    assertThat(chains.takeHistory(CHAT, 8, List.of())).containsExactly(fact(9, 8));
  }

  @Test
  void forgetsWhatWaitedFromBeforeItsUserJoinedAgain() {
    chains.take(fact(4, 3));
    chains.take(fact(9, 8));

    assertThat(chains.takeHistory(CHAT, 8, List.of())).containsExactly(fact(9, 8));
    assertThat(chains.missingUpTo(CHAT)).isZero();
  }

  private static Fact fact(long seq, long prevSeq) {
    return new Fact(CHAT, seq, prevSeq, "ann", "m" + seq, seq, null);
  }
}
