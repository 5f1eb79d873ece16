package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class BlockSizingTest {
  private final BlockSizing sizing = new BlockSizing(64, 10_000);

  @Test
  void doublesTheBlockOfAKeyThatIsRefilledSoonUpToTheLimit() {
    int level = 0;
    for (int i = 0; i < 100; i++) {
      level = sizing.next(level, BlockSizing.HOT_SECONDS - 1);
    }
    assertThat(sizing.block(0)).isEqualTo(64);
    assertThat(sizing.block(1)).isEqualTo(128);
    assertThat(sizing.block(level)).isEqualTo(10_000);
    assertThat(sizing.extension(level)).isEqualTo(20_000);
    assertThat(level).isEqualTo(8);
  }

  @Test
  void keepsTheBlockOfAKeyThatIsRefilledNowAndThen() {
    assertThat(sizing.next(3, BlockSizing.HOT_SECONDS)).isEqualTo(3);
    assertThat(sizing.next(3, BlockSizing.COLD_SECONDS - 1)).isEqualTo(3);
  }

  @Test
  void shrinksTheBlockOfAKeyThatWasIdle() {
    assertThat(sizing.next(3, BlockSizing.COLD_SECONDS)).isEqualTo(2);
    assertThat(sizing.next(3, 2 * BlockSizing.COLD_SECONDS)).isEqualTo(1);
    assertThat(sizing.next(3, 3_600)).isZero();
  }

  @Test
  void refusesBlocksThatShrink() {
    assertThatThrownBy(() -> new BlockSizing(64, 63))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 to 63");
    assertThatThrownBy(() -> new BlockSizing(0, 63)).isInstanceOf(IllegalArgumentException.class);
  }
}
