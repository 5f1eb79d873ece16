package dev.carillon.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.batch.SharedRead.SharedCall;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Reads that block, and callers who wait for them.
final class BlockingCoalescerTest {
  private static final String KEY = "key";
  private static final String BAD = "bad";
  private static final String AWAY = "away";
  private static final String LARGE = "large";
  private static final String BROKEN = "broken";
  private static final String FORGOTTEN = "forgotten";

  private final List<Integer> sizes = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Boolean> released = new CompletableFuture<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  // Time stands still: nobody waits too long.
  private final Coalescer<String, String, String> coalescer =
      Coalescer.blocking(
          key -> this::read,
          new Coalescer.Limits(2, 64, 1_000, Duration.ofMinutes(1)),
          timer,
          () -> 0);

  @AfterEach
  void close() {
    released.complete(true);
    callers.close();
    timer.shutdownNow();
  }

  @Test
  void aCallThatFindsNoOtherRunsOnItsCallersThread() {
    released.complete(true);

    assertThat(call("ann")).isEqualTo("ANN");
    assertThat(call("bob")).isEqualTo("BOB");

    assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
  }

  @Test
  void callsThatArriveWhileExecutionsRunShareTheNext() throws Exception {
    List<Future<String>> answers = twoHeldAnd(100);

    released.complete(true);

    assertAnswered(answers);
    assertThat(sizes).containsExactlyInAnyOrder(1, 1, 64, 36);
  }

  @Test
  void theFailureOfOneCallReachesNoOther() throws Exception {
    List<Future<String>> answers = twoHeldAnd(20);
    Future<String> bad = callers.submit(() -> call(BAD));
    await().until(() -> coalescer.waiting() == 21);

    released.complete(true);

    assertThatThrownBy(bad::get).hasMessageContaining("on purpose");
    assertAnswered(answers);
    assertThat(sizes).contains(21).filteredOn(size -> size != 21).containsOnly(1);
    assertThatThrownBy(() -> call(BAD))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("on purpose");
    assertThat(call("ann")).isEqualTo("ANN");
  }

  @Test
  void callsThatFindTheDatabaseAwayAreRefusedTogether() throws Exception {
    List<Future<String>> answers = twoHeldAnd(0);
    List<Future<String>> refused = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      refused.add(callers.submit(() -> call(AWAY)));
    }
    await().until(() -> coalescer.waiting() == 20);

    released.complete(true);

    for (Future<String> each : refused) {
      assertThatThrownBy(each::get).hasMessageContaining("DATABASE_UNAVAILABLE");
    }
    assertAnswered(answers);
    assertThat(sizes).containsExactlyInAnyOrder(1, 1, 20);
  }

  @Test
  void callsThatAreHandedBackAreExecutedAlone() throws Exception {
    List<Future<String>> answers = twoHeldAnd(3);
    Future<String> large = callers.submit(() -> call(LARGE));
    await().until(() -> coalescer.waiting() == 4);

    released.complete(true);

    assertThat(large.get()).isEqualTo("LARGE");
    assertAnswered(answers);
    assertThat(sizes).containsExactlyInAnyOrder(1, 1, 4, 1);
  }

  @Test
  void aCallThatIsLeftOpenFails() {
    released.complete(true);

    assertThatThrownBy(() -> call(FORGOTTEN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("left open");
  }

  @Test
  void anErrorReachesTheCallersAndFreesThePlace() throws Exception {
    List<Future<String>> answers = twoHeldAnd(0);
    Future<String> broken = callers.submit(() -> call(BROKEN));
    await().until(() -> coalescer.waiting() == 1);

    released.complete(true);

    assertThatThrownBy(broken::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(AssertionError.class);
    assertAnswered(answers);
    assertThat(call("ann")).isEqualTo("ANN");
  }

  @Test
  void anInterruptedCallerIsRefused() throws Exception {
    twoHeldAnd(0);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                call("ann");
              } catch (RuntimeException e) {
                failure.complete(e);
              }
            });
    await().until(() -> coalescer.waiting() == 1);

    caller.interrupt();

    assertThat(failure.get()).hasMessageContaining("SHUTTING_DOWN");
  }

  private String call(String request) {
    return coalescer.call(KEY, request);
  }

  private static void assertAnswered(List<Future<String>> answers) throws Exception {
    for (Future<String> answer : answers) {
      assertThat(answer.get()).isUpperCase();
    }
  }

  /// As many executions as run at once, held in the middle, and `more` callers who wait.
  private List<Future<String>> twoHeldAnd(int more) {
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String request = "first" + i;
      answers.add(callers.submit(() -> call(request)));
    }
    await().until(() -> sizes.size() == 2);
    for (int i = 0; i < more; i++) {
      String request = "later" + i;
      answers.add(callers.submit(() -> call(request)));
    }
    await().until(() -> coalescer.waiting() == more);
    return answers;
  }

  private void read(List<SharedCall<String, String>> calls) {
    sizes.add(calls.size());
    threads.add(Thread.currentThread());
    released.join();
    for (SharedCall<String, String> call : calls) {
      switch (call.request()) {
        case BAD -> throw new Refusal(RuntimeReason.DATABASE_FAULT, "on purpose");
        case AWAY ->
            throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "the store of the test is away");
        case BROKEN -> throw new AssertionError("on purpose");
        case FORGOTTEN -> {}
        case LARGE -> {
          if (calls.size() == 1) {
            call.answer("LARGE");
          }
        }
        default -> call.answer(call.request().toUpperCase(Locale.ROOT));
      }
    }
  }
}
