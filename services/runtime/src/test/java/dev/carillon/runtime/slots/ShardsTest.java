package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShardsTest {
  private static final SlotRange LOW = new SlotRange(0, 512);
  private static final SlotRange HIGH = new SlotRange(512, 1024);
  private static final SlotRange THIRD = new SlotRange(512, 768);
  private static final SlotRange FOURTH = new SlotRange(768, 1024);

  private final Shards shards = new Shards(List.of(LOW, HIGH));

  @Test
  void dividesItemsByShardInTheirOrder() {
    assertThat(shards.divide(List.of(700, 1, 512, 511), slot -> slot))
        .containsExactly(List.of(700, 512), List.of(1, 511));
    assertThat(Shards.one().divide(List.of(700, 1), slot -> slot)).containsExactly(List.of(700, 1));
    assertThat(Shards.bySlot(List.of(7, 8, 7), slot -> slot))
        .containsExactly(List.of(7, 7), List.of(8));
  }

  @Test
  void findsTheShardOfEverySlot() {
    List<SlotRange> four = List.of(LOW, THIRD, FOURTH);
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      SlotRange found = four.get(Shards.indexOf(slot, four));
      assertThat(slot).isBetween(found.from(), found.to() - 1);
    }
  }

  @Test
  void tellsAFollowerEveryMapOnce() {
    List<List<SlotRange>> told = new ArrayList<>();
    shards.follow(told::add);
    shards.become(List.of(LOW, HIGH));
    shards.become(List.of(LOW, THIRD, FOURTH));

    assertThat(told).containsExactly(List.of(LOW, HIGH), List.of(LOW, THIRD, FOURTH));
    assertThat(shards.ranges()).containsExactly(LOW, THIRD, FOURTH);
  }

  @Test
  void refusesAMapThatDoesNotHoldEverySlotOnce() {
    for (List<SlotRange> wrong :
        List.of(
            List.<SlotRange>of(),
            List.of(LOW),
            List.of(HIGH),
            List.of(HIGH, LOW),
            List.of(LOW, FOURTH),
            List.of(LOW, HIGH, FOURTH))) {
      assertThatThrownBy(() -> shards.become(wrong))
          .hasMessageContaining("expected: every slot once");
    }
    assertThat(shards.ranges()).containsExactly(LOW, HIGH);
  }
}
