package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SlotClaimsTest {
  @Test
  void ownsNothingUntilAnOwnerBegins() {
    SlotClaims slots = new SlotClaims("idle");
    assertThat(slots.owned()).isZero();
    assertThat(slots.owns(0)).isFalse();
    assertThat(slots.epoch(0)).isZero();
    assertThat(slots.holds(0, 1)).isFalse();
    assertThat(SlotMoved.of(slots.moved(0))).contains(new SlotMoved(0, "", 0));
  }
}
