package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SlotEpochsTest {
  private final SlotEpochs epochs = new SlotEpochs();

  @Test
  void admitsTheNewestEpochOfEachSlotOnly() {
    assertThat(epochs.admits(3, 10)).isTrue();
    assertThat(epochs.admits(3, 10)).isTrue();
    assertThat(epochs.admits(3, 12)).isTrue();
    assertThat(epochs.admits(3, 11)).isFalse();
    assertThat(epochs.admits(4, 1)).isTrue();
    assertThat(epochs.newest(3)).isEqualTo(12);
  }
}
