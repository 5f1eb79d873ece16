package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyTableTest {
  private final KeyState state = new KeyState();

  @Test
  void givesBackEveryFieldAtItsLimits() {
    KeyTable table = new KeyTable(4);
    state.next = Long.MAX_VALUE;
    state.remaining = KeyState.MAX_REMAINING;
    state.level = BlockSizing.MAX_LEVEL;
    state.refilledAt = Integer.MAX_VALUE;

    table.store(-1, 0, state);

    KeyState loaded = new KeyState();
    assertThat(table.load(-1, 0, loaded)).isTrue();
    assertThat(loaded).usingRecursiveComparison().isEqualTo(state);
    assertThat(table.load(0, -1, loaded)).isFalse();
  }

  @Test
  void agreesWithAMapWhileItGrows() {
    KeyTable table = new KeyTable(5_000);
    Map<Long, Long> model = new HashMap<>();
    Random random = new Random(7);
    for (int i = 0; i < 50_000; i++) {
      long key = random.nextInt(5_000);
      if (random.nextBoolean()) {
        state.next = random.nextLong(1, Long.MAX_VALUE);
        table.store(key, -key, state);
        model.put(key, state.next);
      } else {
        assertThat(table.load(key, -key, state)).isEqualTo(model.containsKey(key));
        assertThat(model.getOrDefault(key, state.next)).isEqualTo(state.next);
      }
    }
    assertThat(table.size()).isEqualTo(model.size());
  }

  @Test
  void remembersNoMoreThanItsLimitAndNothingFalse() {
    KeyTable table = new KeyTable(100);
    Random random = new Random(11);
    Map<Long, Long> model = new HashMap<>();
    int evictions = 0;
    for (int i = 0; i < 20_000; i++) {
      long key = random.nextInt(1_000);
      state.next = i + 1L;
      evictions += table.store(key, key << 32, state) ? 1 : 0;
      model.put(key, state.next);
      assertThat(table.size()).isLessThanOrEqualTo(100);
    }
    int known = 0;
    for (long key = 0; key < 1_000; key++) {
      if (table.load(key, key << 32, state)) {
        known++;
        assertThat(state.next).isEqualTo(model.get(key));
      }
    }
    assertThat(known).isEqualTo(100);
    assertThat(evictions).isPositive();
  }

  @Test
  void forgetsWhatWasNotUsedBeforeWhatWas() {
    KeyTable table = new KeyTable(100);
    for (long key = 0; key < 100; key++) {
      table.store(key, key, state);
    }
    // The first one too many makes the hand go round once, which takes everybody's mark away.
    table.store(1_000, 1_000, state);
    int kept = 0;
    for (long key = 0; key < 50; key++) {
      kept += table.load(key, key, state) ? 1 : 0;
    }
    for (long key = 2_000; key < 2_040; key++) {
      table.store(key, key, state);
    }
    int stillKept = 0;
    for (long key = 0; key < 50; key++) {
      stillKept += table.load(key, key, state) ? 1 : 0;
    }
    assertThat(stillKept).isEqualTo(kept);
  }

  @Test
  void takesNoMoreThanSixtyFourBytesAKey() {
    for (int keys = 6; keys <= 4_096; keys++) {
      KeyTable table = new KeyTable(4_096);
      for (long key = 0; key < keys; key++) {
        table.store(key, ~key, state);
      }
      assertThat(table.bytes()).as("%s keys", keys).isLessThanOrEqualTo(64L * keys + 256);
      keys += keys / 16;
    }
  }
}
