package dev.carillon.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.batch.BatchLoop.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Most of these tests are the loop's thread themselves, and move its clock.
final class BatchLoopTest {
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final List<List<String>> batches = new ArrayList<>();
  private Next next = Next.WHEN_QUEUED;
  private Duration worked = Duration.ZERO;

  /// After a batch of a millisecond on a busy machine.
  private static final Duration PAUSE =
      Duration.ofNanos((long) (BatchInterval.LARGEST_SHARE * 1_000_000));

  @Test
  void takesWhatHasQueuedInOrder() throws Exception {
    BatchLoop<String> loop = loop();
    offer(loop, "a", "b");

    assertThat(loop.turn()).isTrue();
    assertThat(loop.turn()).isFalse();

    assertThat(batches).containsExactly(List.of("a", "b"));
  }

  @Test
  void splitsWhatIsTooHeavyAndTakesAnOversizedItemAlone() throws Exception {
    BatchLoop<String> loop = loop().weight(String::length).batchLimit(3);
    offer(loop, "a", "bb", "c", "dddd", "e");

    turns(loop, 9);

    assertThat(batches)
        .containsExactly(List.of("a", "bb"), List.of("c"), List.of("dddd"), List.of("e"));
  }

  @Test
  void refusesWhileFull() throws Exception {
    BatchLoop<String> loop = loop().weight(String::length).queueLimit(3);

    assertThat(loop.offer("aa")).isTrue();
    assertThat(loop.offer("bb")).isTrue();
    assertThat(loop.offer("c")).isFalse();
    assertThat(loop.queued()).isEqualTo(4);

    loop.turn();
    assertThat(loop.queued()).isZero();
    assertThat(loop.offer("c")).isTrue();
  }

  @Test
  void anIdleLoopBeginsAtOnceAndPausesAfterABatch() throws Exception {
    BatchLoop<String> loop = loop().interval(busy());
    worked = MILLI;
    offer(loop, "a");
    assertThat(loop.turn()).isTrue();

    offer(loop, "b");
    pass(PAUSE.minusNanos(1));
    assertThat(loop.turn()).isFalse();
    pass(Duration.ofNanos(1));
    assertThat(loop.turn()).isTrue();

    pass(PAUSE);
    offer(loop, "c");
    assertThat(loop.turn()).isTrue();
  }

  @Test
  void doesNotPauseWhileMoreThanABatchIsQueued() throws Exception {
    BatchLoop<String> loop = loop().batchLimit(1).interval(busy());
    worked = MILLI;
    offer(loop, "a", "b");

    assertThat(loop.turn()).isTrue();
    assertThat(loop.turn()).isTrue();
    offer(loop, "c");
    assertThat(loop.turn()).isFalse();
  }

  @Test
  void oneLongBatchAmongShortOnesDoesNotCount() throws Exception {
    BatchLoop<String> loop = loop().interval(busy());
    worked = MILLI;
    offer(loop, "a");
    loop.turn();
    pass(Duration.ofMillis(3));
    worked = Duration.ofMillis(3);
    offer(loop, "b");
    loop.turn();

    pass(Duration.ofMillis(3));
    offer(loop, "c");
    assertThat(loop.turn()).isTrue();
  }

  @Test
  void aStepThatHasMoreToDoRunsAgainAtOnce() throws Exception {
    BatchLoop<String> loop = loop().interval(busy());
    worked = MILLI;
    next = Next.AT_ONCE;
    offer(loop, "a");

    turns(loop, 2);

    assertThat(batches).containsExactly(List.of("a"), List.of());
  }

  @Test
  void aStepRunsAgainAfterTheDelayOrWhenSomethingQueues() throws Exception {
    BatchLoop<String> loop = loop();
    next = new Next.Within(MILLI);
    offer(loop, "a");
    turns(loop, 2);
    assertThat(batches).containsExactly(List.of("a"));

    pass(MILLI);
    turns(loop, 2);
    assertThat(batches).containsExactly(List.of("a"), List.of());

    offer(loop, "b");
    turns(loop, 2);
    assertThat(batches).containsExactly(List.of("a"), List.of(), List.of("b"));
  }

  @Test
  void aStepThatBacksOffRunsWithWhatHasQueuedMeanwhile() throws Exception {
    BatchLoop<String> loop = loop();
    next = new Next.NotBefore(MILLI);
    offer(loop, "a");
    loop.turn();
    offer(loop, "b");
    loop.wake();
    assertThat(loop.turn()).isFalse();

    pass(MILLI);
    assertThat(loop.turn()).isTrue();
    assertThat(batches).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void aBatchIsRetriedBeforeWhatQueuedMeanwhile() throws Exception {
    BatchLoop<String> loop = loop();
    next = new Next.Retry(MILLI);
    offer(loop, "a");
    loop.turn();
    offer(loop, "b");
    assertThat(loop.turn()).isFalse();

    pass(MILLI);
    next = Next.WHEN_QUEUED;
    turns(loop, 3);
    assertThat(batches).containsExactly(List.of("a"), List.of("a"), List.of("b"));
  }

  @Test
  void aStepThatThrowsIsFollowedByTheNext() throws Exception {
    BatchLoop<String> loop =
        new BatchLoop<String>(
                "test",
                nanos::get,
                batch -> {
                  batches.add(batch);
                  throw new IllegalStateException("a bug");
                })
            .batchLimit(1);
    offer(loop, "a", "b");

    turns(loop, 3);
    assertThat(batches).containsExactly(List.of("a"), List.of("b"));

    // What it would have answered is not known: perhaps that it has to run again.
    pass(Duration.ofMillis(100));
    turns(loop, 2);
    assertThat(batches).containsExactly(List.of("a"), List.of("b"), List.of());
  }

  @Test
  void wakingRunsTheStepWithNothing() throws Exception {
    BatchLoop<String> loop = loop();
    loop.wake();
    turns(loop, 2);

    assertThat(batches).containsExactly(List.of());
  }

  @Test
  void drainTakesWhatIsQueued() throws Exception {
    BatchLoop<String> loop = loop().queueLimit(2);
    offer(loop, "a", "b");

    assertThat(loop.drain()).containsExactly("a", "b");
    assertThat(loop.turn()).isFalse();
    assertThat(loop.offer("c")).isTrue();
  }

  @Test
  void aThreadWorksOnWhatIsOffered() throws Exception {
    BlockingQueue<String> done = new LinkedBlockingQueue<>();
    try (BatchLoop<String> loop = live(done).start()) {
      for (int i = 0; i < 100; i++) {
        loop.offer("item " + i);
        assertThat(done.poll(1, TimeUnit.MINUTES)).isEqualTo("item " + i);
      }
    }
  }

  @Test
  void finishWorksOnWhatIsQueuedAndRefusesTheRest() {
    BlockingQueue<String> done = new LinkedBlockingQueue<>();
    BatchLoop<String> loop = live(done);
    offer(loop, "a", "b");
    loop.start();

    assertThat(loop.finish(LONG)).isTrue();
    assertThat(loop.offer("c")).isFalse();
    assertThat(done).containsExactly("a", "b");
    assertThat(loop.drain()).isEmpty();
  }

  @Test
  void closingInterruptsTheStepAndGivesUpWhatIsQueued() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    BatchLoop<String> loop =
        new BatchLoop<String>(
                "test",
                System::nanoTime,
                batch -> {
                  running.countDown();
                  never.await();
                  return Next.WHEN_QUEUED;
                })
            .batchLimit(1)
            .start();
    offer(loop, "a", "b");
    running.await();

    loop.close();

    assertThat(loop.drain()).containsExactly("b");
  }

  @Test
  void putWaitsForRoomAndForNothingOnceClosed() throws Exception {
    BatchLoop<String> loop = loop().queueLimit(1);
    offer(loop, "a");
    CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> put(loop, "b"));
    loop.turn();
    assertThat(second.join()).isTrue();

    CompletableFuture<Boolean> third = CompletableFuture.supplyAsync(() -> put(loop, "c"));
    loop.close();
    assertThat(third.join()).isFalse();
  }

  private static boolean put(BatchLoop<String> loop, String item) {
    try {
      return loop.put(item);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private BatchLoop<String> loop() {
    return new BatchLoop<>(
        "test",
        nanos::get,
        batch -> {
          batches.add(batch);
          pass(worked);
          return next;
        });
  }

  private static BatchLoop<String> live(BlockingQueue<String> done) {
    return new BatchLoop<>(
        "test",
        System::nanoTime,
        batch -> {
          done.addAll(batch);
          return Next.WHEN_QUEUED;
        });
  }

  /// Pauses as long as a busy machine makes it: a multiple of what a batch takes.
  private static BatchInterval busy() {
    return new BatchInterval(() -> 1, Duration.ZERO, LONG);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static void offer(BatchLoop<String> loop, String... items) {
    for (String item : items) {
      assertThat(loop.offer(item)).isTrue();
    }
  }

  private static void turns(BatchLoop<String> loop, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      loop.turn();
    }
  }
}
