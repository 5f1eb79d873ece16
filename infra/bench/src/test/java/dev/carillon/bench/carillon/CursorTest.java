package dev.carillon.bench.carillon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.carillon.Cursor.Step;
import org.junit.jupiter.api.Test;

final class CursorTest {
  private final Cursor cursor = new Cursor();

  @Test
  void beginsWithWhateverComesFirst() {
    assertThat(cursor.live(7, 6)).isEqualTo(Step.NEXT);
    assertThat(cursor.live(8, 7)).isEqualTo(Step.NEXT);
    assertThat(cursor.live(20, 8)).isEqualTo(Step.NEXT);
    assertThat(cursor.last()).isEqualTo(20);
  }

  @Test
  void pullsOnceWhatIsMissing() {
    cursor.live(7, 6);

    assertThat(cursor.live(10, 9)).isEqualTo(Step.PULL);
    assertThat(cursor.live(11, 10)).isEqualTo(Step.WAIT);
    assertThat(cursor.last()).isEqualTo(7);
    assertThat(cursor.pulled(8)).isTrue();
    assertThat(cursor.pulled(9)).isTrue();
    assertThat(cursor.pulled(9)).isFalse();
    assertThat(cursor.pulled(10)).isTrue();
    assertThat(cursor.pullAgain(false)).isTrue();
    assertThat(cursor.pulled(11)).isTrue();
    assertThat(cursor.pullAgain(false)).isFalse();
    assertThat(cursor.live(12, 11)).isEqualTo(Step.NEXT);
  }

  @Test
  void noticesWhatComesAgainOrLateOnOneConnection() {
    cursor.live(7, 6);
    cursor.live(8, 7);

    assertThat(cursor.live(8, 7)).isEqualTo(Step.LATE);
    assertThat(cursor.live(7, 6)).isEqualTo(Step.LATE);
  }

  @Test
  void anotherConnectionMayHandOutAgainWhatIsKnown() {
    cursor.live(7, 6);
    cursor.live(8, 7);
    cursor.reconnected();

    assertThat(cursor.live(8, 7)).isEqualTo(Step.KNOWN);
    assertThat(cursor.live(9, 8)).isEqualTo(Step.NEXT);
  }
}
