package dev.carillon.sequence;

import static dev.carillon.sequence.Keys.key;
import static dev.carillon.sequence.Keys.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.sequence.SequenceStore.Advance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What every store promises: the real one and the fake pass the same tests.
abstract class SequenceStoreContract {
  /// A store that nobody has used yet.
  abstract SequenceStore store();

  @Test
  void startsEveryKeyAtOne() {
    assertThat(store().ends(List.of(key(1)))).containsExactly(0L);
    assertThat(store().advance(List.of(new Advance(key(1), 0, 64)))).containsExactly(1L);
    assertThat(store().ends(List.of(key(1)))).containsExactly(64L);
  }

  @Test
  void goesOnWhereTheEndIsWhateverTheCallerBelieves() {
    store().advance(List.of(new Advance(key(1), 0, 64)));

    assertThat(store().advance(List.of(new Advance(key(1), 0, 10)))).containsExactly(65L);
    assertThat(store().advance(List.of(new Advance(key(1), 70, 1)))).containsExactly(75L);
    assertThat(store().ends(List.of(key(1)))).containsExactly(75L);
  }

  @Test
  void jumpsAboveWhatTheCallerKnowsToBeTaken() {
    assertThat(store().advance(List.of(new Advance(key(1), 1_000, 5)))).containsExactly(1_001L);
    assertThat(store().advance(List.of(new Advance(key(1), 5_000, 5)))).containsExactly(5_001L);
    assertThat(store().ends(List.of(key(1)))).containsExactly(5_005L);
  }

  @Test
  void answersInTheOrderOfTheRequest() {
    store().advance(List.of(new Advance(key(2), 0, 7)));

    List<Long> firsts =
        store()
            .advance(
                List.of(
                    new Advance(key(3), 30, 1),
                    new Advance(text("a"), 0, 1),
                    new Advance(key(2), 0, 2),
                    new Advance(text("a" + "b".repeat(63)), 0, 9)));

    assertThat(firsts).containsExactly(31L, 1L, 8L, 1L);
    assertThat(store().ends(List.of(key(2), key(9), key(3), text("a" + "b".repeat(63)), text("a"))))
        .containsExactly(9L, 0L, 31L, 9L, 1L);
  }

  @Test
  void tellsKeysApartThatDifferInCaseOrInTrailingBytes() {
    List<SequenceKey> keys =
        List.of(text("a"), text("A"), text("a "), text("a\0"), text("\u00e4"), text(" a"));
    for (int i = 0; i < keys.size(); i++) {
      store().advance(List.of(new Advance(keys.get(i), 0, i + 1)));
    }
    assertThat(store().ends(keys)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void advancesManyKeysAtOnce() {
    List<Advance> advances = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      advances.add(new Advance(key(1_000 - i), i, i + 1));
    }
    assertThat(store().advance(advances))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 200).boxed().toList());
  }

  @Test
  void givesNobodyTheSameNumbers() throws InterruptedException, ExecutionException {
    int callers = 4;
    int rounds = 50;
    SequenceStore store = store();
    List<Callable<List<Long>>> tasks = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      // Half of the callers go through the keys the other way round.
      boolean reversed = caller % 2 == 1;
      tasks.add(() -> firstsOf(store, reversed, rounds));
    }
    List<Long> all = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(callers)) {
      for (Future<List<Long>> done : executor.invokeAll(tasks)) {
        List<Long> firsts = done.get();
        assertThat(firsts).isSorted().doesNotHaveDuplicates();
        all.addAll(firsts);
      }
    }
    assertThat(all).doesNotHaveDuplicates().hasSize(callers * rounds);
    assertThat(store.ends(List.of(key(1)))).containsExactly(3L * callers * rounds);
  }

  private static List<Long> firstsOf(SequenceStore store, boolean reversed, int rounds) {
    List<Advance> advances =
        List.of(new Advance(key(1), 0, 3), new Advance(key(2), 0, 1), new Advance(key(3), 0, 2));
    List<Long> firsts = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      List<Long> answer = store.advance(reversed ? advances.reversed() : advances);
      firsts.add(reversed ? answer.getLast() : answer.getFirst());
    }
    return firsts;
  }
}
