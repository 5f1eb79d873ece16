package dev.carillon.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private final Pace pace = Pace.growing(Duration.ofMillis(5));

  @Test
  void aShortRoundIsFollowedByWhatIsLeftOfTheInterval() {
    assertThat(pace.left(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(4));
    assertThat(pace.left(Duration.ZERO)).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void aLongRoundIsFollowedByTwiceAsMuchRest() {
    assertThat(pace.left(Duration.ofMillis(4))).isEqualTo(Duration.ofMillis(8));
  }

  @Test
  void oneLongRoundAmongShortOnesIsNotRestedFor() {
    assertThat(pace.left(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(4));
    assertThat(pace.left(Duration.ofMillis(4))).isEqualTo(Duration.ofMillis(1));
    assertThat(pace.left(Duration.ofMillis(3))).isEqualTo(Duration.ofMillis(6));
    assertThat(pace.left(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(4));
  }

  @Test
  void aRoundThatHadToWaitKeepsTheNextWaitingForNoTime() {
    assertThat(pace.left(Duration.ofMillis(20))).isEqualTo(Duration.ofMillis(10));
    assertThat(pace.left(Duration.ofSeconds(3))).isNegative();
  }

  @Test
  void anIntervalAboveTheLongestRestCounts() {
    Pace slow = Pace.growing(Duration.ofMillis(100));

    assertThat(slow.left(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(99));
    assertThat(slow.left(Duration.ofMillis(60))).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void roundsThatDoNotGrowHaveTheirIntervalWhateverTheyTake() {
    Pace fixed = new Pace(Duration.ofMillis(5));

    assertThat(fixed.left(Duration.ofMillis(4))).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void withoutAnIntervalThereIsNoRest() {
    Pace none = Pace.growing(Duration.ZERO);

    assertThat(none.left(Duration.ofMillis(4))).isNegative();
  }
}
