package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HeatTest {
  private final Heat heat = new Heat(64, 10_000);

  @Test
  void doublesTheBlockOfAKeyThatIsRefilledSoonUpToTheLimit() {
    int level = 0;
    for (int i = 0; i < 100; i++) {
      level = heat.next(level, Heat.HOT_SECONDS - 1);
    }
    assertThat(heat.block(0)).isEqualTo(64);
    assertThat(heat.block(1)).isEqualTo(128);
    assertThat(heat.block(level)).isEqualTo(10_000);
    assertThat(heat.extension(level)).isEqualTo(20_000);
    assertThat(level).isEqualTo(8);
  }

  @Test
  void keepsTheBlockOfAKeyThatIsRefilledNowAndThen() {
    assertThat(heat.next(3, Heat.HOT_SECONDS)).isEqualTo(3);
    assertThat(heat.next(3, Heat.COLD_SECONDS - 1)).isEqualTo(3);
  }

  @Test
  void shrinksTheBlockOfAKeyThatWasIdle() {
    assertThat(heat.next(3, Heat.COLD_SECONDS)).isEqualTo(2);
    assertThat(heat.next(3, 2 * Heat.COLD_SECONDS)).isEqualTo(1);
    assertThat(heat.next(3, 3_600)).isZero();
  }

  @Test
  void refusesBlocksThatShrink() {
    assertThatThrownBy(() -> new Heat(64, 63))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 to 63");
    assertThatThrownBy(() -> new Heat(0, 63)).isInstanceOf(IllegalArgumentException.class);
  }
}
