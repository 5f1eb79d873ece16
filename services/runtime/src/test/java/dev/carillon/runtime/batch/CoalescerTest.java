package dev.carillon.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.batch.SharedRead.SharedCall;
import dev.carillon.runtime.errors.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Reads that answer later, on one thread that is the test's.
final class CoalescerTest {
  private static final String KEY = "key";
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Coalescer.Limits LIMITS = new Coalescer.Limits(2, 4, 6, WAIT);

  private final AtomicLong nanos = new AtomicLong();
  private final QueuedLoop loop = new QueuedLoop();
  private final List<List<SharedCall<String, Integer>>> executions = new ArrayList<>();
  private final Coalescer<String, String, Integer> coalescer =
      Coalescer.asynchronous(key -> executions::add, LIMITS, loop, nanos::get);

  @Test
  void aCallStartsAtOnceWhileFewerExecutionsRunThanAreAllowed() {
    CompletableFuture<Integer> ann = submit("ann");
    submit("bob");

    assertThat(requests()).containsExactly(List.of("ann"), List.of("bob"));
    answer(0);
    assertThat(ann).isCompletedWithValue(3);
  }

  @Test
  void callsThatArriveMeanwhileShareTheNextExecutionsAsFarAsTheyFit() {
    submit("ann");
    submit("bob");
    List<CompletableFuture<Integer>> later =
        IntStream.range(0, 6).mapToObj(i -> submit("later" + i)).toList();
    assertThat(executions).hasSize(2);

    answer(0);
    turn();
    assertThat(requests().getLast()).containsExactly("later0", "later1", "later2", "later3");
    answer(1);
    turn();
    assertThat(requests().getLast()).containsExactly("later4", "later5");
    answer(2);
    answer(3);

    assertThat(later).allSatisfy(call -> assertThat(call).isCompletedWithValue(6));
  }

  @Test
  void anExecutionHoldsItsPlaceUntilItsLastCallHasAnOutcome() {
    coalescer.submit(KEY, List.of("ann", "bob", "cid"));
    submit("dan");
    CompletableFuture<Integer> eve = submit("eve");

    executions.getFirst().get(0).answer(1);
    executions.getFirst().get(2).refuse(new IllegalStateException("away"));
    turn();
    assertThat(executions).hasSize(2);
    executions.getFirst().get(1).answer(1);
    turn();

    assertThat(requests().getLast()).containsExactly("eve");
    answer(2);
    assertThat(eve).isCompletedWithValue(3);
  }

  @Test
  void callsOfAnotherKeyDoNotWait() {
    submit("ann");
    submit("bob");
    submit("cid");

    coalescer.submit("other", List.of("dan"));

    assertThat(requests()).containsExactly(List.of("ann"), List.of("bob"), List.of("dan"));
    assertThat(coalescer.waiting()).isEqualTo(1);
  }

  @Test
  void callsThatAreMadeTogetherShareAnExecution() {
    List<CompletableFuture<Integer>> calls = coalescer.submit(KEY, List.of("a", "bb", "a"));

    assertThat(requests()).containsExactly(List.of("a", "bb", "a"));
    answer(0);
    assertThat(calls.stream().map(CompletableFuture::join)).containsExactly(1, 2, 1);
    assertThat(coalescer.submit(KEY, List.of())).isEmpty();
  }

  @Test
  void moreCallsThanFitIntoOneExecutionAreDivided() {
    coalescer.submit(KEY, IntStream.range(0, 9).mapToObj(Integer::toString).toList());
    turn();

    assertThat(requests()).extracting(List::size).containsExactly(4, 4);
    assertThat(coalescer.waiting()).isEqualTo(1);
  }

  @Test
  void callsThatAreHandedBackAreExecutedAloneAndAtOnce() {
    submit("ann");
    submit("bob");
    CompletableFuture<Integer> cid = submit("cid");
    CompletableFuture<Integer> dan = submit("dan");
    answer(0);
    turn();

    executions.getLast().getFirst().handBack();
    executions.getLast().getLast().answer(7);
    turn();

    assertThat(dan).isCompletedWithValue(7);
    assertThat(requests().getLast()).containsExactly("cid");
    answer(3);
    assertThat(cid).isCompletedWithValue(3);
  }

  @Test
  void theFirstOutcomeOfACallCounts() {
    List<CompletableFuture<Integer>> calls = coalescer.submit(KEY, List.of("ann", "bob"));
    SharedCall<String, Integer> ann = executions.getFirst().getFirst();
    ann.handBack();
    ann.answer(99);
    ann.refuse(new IllegalStateException("too late"));
    turn();

    answer(1);
    answer(0);

    assertThat(calls).allSatisfy(call -> assertThat(call).isCompletedWithValue(3));
  }

  @Test
  void aCallThatWasAloneAndIsHandedBackFails() {
    CompletableFuture<Integer> ann = submit("ann");

    executions.getFirst().getFirst().handBack();

    assertThatThrownBy(ann::join).hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCallThatWaitsTooLongIsRefusedAndNotExecuted() {
    submit("ann");
    submit("bob");
    CompletableFuture<Integer> cid = submit("cid");
    advance(WAIT.minusSeconds(1));
    CompletableFuture<Integer> dan = submit("dan");
    assertThat(cid).isNotDone();

    advance(Duration.ofSeconds(1));

    assertOverloaded(cid, "waited for 10000 ms");
    assertThat(dan).isNotDone();
    answer(0);
    turn();
    assertThat(requests().getLast()).containsExactly("dan");
    advance(WAIT);
    assertThat(dan).isNotDone();
  }

  @Test
  void everyCallThatWaitsTooLongIsRefusedHoweverOldTheTimerIs() {
    submit("ann");
    submit("bob");
    CompletableFuture<Integer> cid = submit("cid");
    advance(Duration.ofSeconds(5));
    CompletableFuture<Integer> dan = submit("dan");
    advance(Duration.ofSeconds(5));
    assertOverloaded(cid, "waited");

    advance(Duration.ofSeconds(5));

    assertOverloaded(dan, "waited");
    assertThat(coalescer.waiting()).isZero();
  }

  @Test
  void aCallThatFindsTooManyWaitingIsRefused() {
    submit("ann");
    submit("bob");
    IntStream.range(0, 6).forEach(i -> submit("later" + i));

    assertOverloaded(submit("eve"), "calls waiting: more than 6");
    assertThat(coalescer.waiting()).isEqualTo(6);
    assertOverloaded(
        coalescer.submit("other", List.of("1", "2", "3", "4", "5", "6", "7", "8", "9")).getLast(),
        "calls waiting");
  }

  @Test
  void waitingCallsAreRefusedWhenTheLoopIsClosed() {
    ScheduledExecutorService closed = Executors.newSingleThreadScheduledExecutor();
    closed.shutdownNow();
    Coalescer<String, String, Integer> closing =
        Coalescer.asynchronous(key -> executions::add, LIMITS, closed, nanos::get);
    closing.submit(KEY, List.of("ann"));
    closing.submit(KEY, List.of("bob"));
    CompletableFuture<Integer> cid = closing.submit(KEY, List.of("cid")).getFirst();
    assertThat(cid).isNotDone();

    answer(0);

    assertThatThrownBy(cid::join).hasMessageContaining("SHUTTING_DOWN");
  }

  @Test
  void limitsBelowOneAreRefused() {
    assertThatThrownBy(() -> new Coalescer.Limits(0, 1, 1, WAIT))
        .hasMessageContaining("executions");
    assertThatThrownBy(() -> new Coalescer.Limits(1, 0, 1, WAIT)).hasMessageContaining("calls: 0");
    assertThatThrownBy(() -> new Coalescer.Limits(1, 1, 0, WAIT)).hasMessageContaining("waiting");
    assertThatThrownBy(() -> new Coalescer.Limits(1, 1, 1, Duration.ZERO))
        .hasMessageContaining("waitLimit: PT0S");
  }

  private CompletableFuture<Integer> submit(String request) {
    return coalescer.submit(KEY, List.of(request)).getFirst();
  }

  private List<List<String>> requests() {
    return executions.stream()
        .map(calls -> calls.stream().map(SharedCall::request).toList())
        .toList();
  }

  /// Answers all calls of an execution with the length of what they ask.
  private void answer(int execution) {
    executions.get(execution).forEach(call -> call.answer(call.request().length()));
  }

  private void turn() {
    loop.turn();
  }

  private void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    loop.runTimers();
  }

  private static void assertOverloaded(CompletableFuture<Integer> call, String text) {
    assertThat(call).isCompletedExceptionally();
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(call::join)
        .withCauseInstanceOf(Refusal.class)
        .withMessageContaining("OVERLOADED")
        .withMessageContaining(text);
  }
}
