package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
  @Test
  void givesALoneInstanceEverything() {
    assertThat(Rendezvous.slotsOf("a", List.of("a")).cardinality()).isEqualTo(Slots.COUNT);
  }

  @Test
  void givesEverySlotToExactlyOneInstance() {
    List<String> instances = IntStream.range(0, 7).mapToObj(i -> "message-" + i).toList();
    BitSet covered = new BitSet();
    int total = 0;
    for (String instance : instances) {
      BitSet share = Rendezvous.slotsOf(instance, instances);
      assertThat(share.cardinality()).isBetween(100, 200);
      total += share.cardinality();
      covered.or(share);
    }
    assertThat(total).isEqualTo(Slots.COUNT);
    assertThat(covered.cardinality()).isEqualTo(Slots.COUNT);
  }

  @Test
  void movesOnlyTheSlotsOfTheOneThatLeft() {
    List<String> before = List.of("a", "b", "c");
    List<String> after = List.of("a", "c");
    for (String instance : after) {
      BitSet kept = Rendezvous.slotsOf(instance, before);
      kept.andNot(Rendezvous.slotsOf(instance, after));
      assertThat(kept.cardinality()).isZero();
    }
  }
}
