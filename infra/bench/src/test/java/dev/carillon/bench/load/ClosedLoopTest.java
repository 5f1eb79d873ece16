package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.ClosedLoop.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Calls of which as many are out as a window allows.
final class ClosedLoopTest {
  @Test
  void neverHasMoreOutThanTheWindowAllows() throws InterruptedException {
    AtomicInteger out = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Calls.Result result =
          ClosedLoop.all(
              (number, answer) -> {
                most.accumulateAndGet(out.incrementAndGet(), Math::max);
                threads.execute(() -> {
                  out.decrementAndGet();
                  answer.came(Calls.Verdict.DONE, 2);
                });
              },
              1_000,
              Window.of(5),
              Map.of());

      assertThat(most).hasValueBetween(1, 5);
      assertThat(result.done()).isEqualTo(2_000);
      assertThat(result.isClean()).isTrue();
    }
  }

  @Test
  void countsWhatBecameOfEachCall() throws InterruptedException {
    Calls.Result result =
        ClosedLoop.all(
            (number, answer) ->
                answer.came(
                    switch (number % 10) {
                      case 0 -> Calls.Verdict.REFUSED;
                      case 1 -> Calls.Verdict.BROKEN;
                      default -> Calls.Verdict.DONE;
                    },
                    1),
            100,
            Window.of(100),
            Map.of());

    assertThat(result.refused()).isEqualTo(10);
    assertThat(result.broken()).isEqualTo(10);
    assertThat(result.done()).isEqualTo(90);
    assertThat(result.unanswered()).isZero();
  }

  @Test
  void sendsWhatWasHeldBackWhenThereIsNoFurtherCall() throws InterruptedException {
    Batches batches = new Batches();

    Calls.Result all = ClosedLoop.all(batches, 25, Window.of(20), Map.of());
    Calls.Result some =
        ClosedLoop.run(batches, Window.of(15), Map.of(), Duration.ZERO, Duration.ofMillis(1));

    assertThat(all.done()).isEqualTo(25);
    assertThat(some.unanswered()).isZero();
    assertThat(batches.held).isEmpty();
  }

  /// Answers ten calls at a time; calls come by several threads.
  private static final class Batches implements Calls {
    private final List<Answer> held = new ArrayList<>();

    @Override
    public synchronized void call(int number, Answer answer) {
      held.add(answer);
      if (held.size() == 10) {
        flush();
      }
    }

    @Override
    public synchronized void flush() {
      List<Answer> answers = List.copyOf(held);
      held.clear();
      Thread.ofVirtual().start(() -> answers.forEach(answer -> answer.came(Verdict.DONE, 1)));
    }
  }
}
