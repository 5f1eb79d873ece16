package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlotPartsTest {
  private static final SlotRange LOW = new SlotRange(0, 512);
  private static final SlotRange HIGH = new SlotRange(512, 1024);

  private final List<Part> retired = new ArrayList<>();

  private record Part(SlotRange slots, List<Part> before) {}

  private SlotParts<Part> parts(int perShard) {
    return new SlotParts<>(perShard, Part::new, retired::add);
  }

  @Test
  void everySlotHasAPartOfItsShardWhateverTheirNumber() {
    for (int perShard : new int[] {1, 2, 3, 7, 64}) {
      SlotParts<Part> parts = parts(perShard);
      parts.become(List.of(LOW, HIGH));

      assertThat(parts.all()).hasSize(2 * perShard);
      for (int slot = 0; slot < Slots.COUNT; slot++) {
        SlotRange slots = parts.of(slot).slots();
        assertThat(slot).isBetween(slots.from(), slots.to() - 1);
        assertThat(slots.overlaps(LOW) && slots.overlaps(HIGH)).isFalse();
      }
    }
  }

  @Test
  void aSplitReplacesThePartsOfThatShardAlone() {
    SlotParts<Part> parts = parts(1);
    parts.become(List.of(LOW, HIGH));
    Part low = parts.of(0);
    Part high = parts.of(1023);
    parts.become(List.of(LOW, new SlotRange(512, 768), new SlotRange(768, 1024)));

    assertThat(parts.of(0)).isSameAs(low);
    assertThat(parts.of(512).before()).containsExactly(high);
    assertThat(parts.of(768).before()).containsExactly(high);
    assertThat(retired).containsExactly(high);
  }

  @Test
  void aMergeWaitsForAllThatWere() {
    SlotParts<Part> parts = parts(1);
    parts.become(List.of(LOW, HIGH));
    List<Part> two = parts.all();
    parts.become(List.of(SlotRange.ALL));

    assertThat(parts.of(7).before()).isEqualTo(two);
    assertThat(retired).isEqualTo(two);
  }

  @Test
  void anOfferToAPartThatWasRetiredGoesToItsSuccessor() {
    SlotParts<Part> parts = parts(1);
    parts.become(List.of(SlotRange.ALL));
    List<SlotRange> asked = new ArrayList<>();

    boolean taken =
        parts.offer(
            600,
            part -> {
              asked.add(part.slots());
              if (asked.size() == 1) {
                parts.become(List.of(LOW, HIGH));
              }
              return part.slots().equals(HIGH);
            });

    assertThat(taken).isTrue();
    assertThat(asked).containsExactly(SlotRange.ALL, HIGH);
    assertThat(parts.offer(1, part -> false)).isFalse();
  }
}
