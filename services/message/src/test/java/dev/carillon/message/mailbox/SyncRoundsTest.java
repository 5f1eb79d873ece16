package dev.carillon.message.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Many devices that come back at once.
final class SyncRoundsTest {
  private static final SyncPage EMPTY = new SyncPage(List.of(), new byte[0], 0);
  private static final String BAD = "bad";
  private static final String LARGE = "large";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final List<Integer> sizes = new CopyOnWriteArrayList<>();
  private final List<String> users = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Boolean> released = new CompletableFuture<>();
  private final SyncRounds rounds = new SyncRounds(this::answer, PATIENCE, Metrics.none());
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    released.complete(true);
    callers.close();
  }

  @Test
  void whoComesAloneIsServedAtOnceOnItsOwnThread() {
    released.complete(true);

    assertThat(rounds.read(call("ann"))).isSameAs(EMPTY);
    assertThat(rounds.read(call("bob"))).isSameAs(EMPTY);

    assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
  }

  @Test
  void whoComesWhileRoundsRunGoesTogetherWithTheNext() throws Exception {
    List<Future<SyncPage>> pages = twoHeldAnd(100);

    released.complete(true);

    assertAnswered(pages);
    assertThat(sizes).containsExactlyInAnyOrder(1, 1, 64, 36);
  }

  @Test
  void aFailureIsToldToNobodyElse() throws Exception {
    List<Future<SyncPage>> pages = twoHeldAnd(20);
    Future<SyncPage> bad = callers.submit(() -> rounds.read(call(BAD)));
    await().until(() -> rounds.waiting() == 21);

    released.complete(true);

    assertThatThrownBy(bad::get).hasMessageContaining("away");
    assertAnswered(pages);
    assertThat(sizes).contains(21).filteredOn(size -> size != 21).containsOnly(1);
    assertThatThrownBy(() -> rounds.read(call(BAD)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("away");
    assertThat(rounds.read(call("ann"))).isSameAs(EMPTY);
  }

  @Test
  void whatIsHandedBackIsReadAlone() throws Exception {
    List<Future<SyncPage>> pages = twoHeldAnd(3);
    Future<SyncPage> large = callers.submit(() -> rounds.read(call(LARGE)));
    await().until(() -> rounds.waiting() == 4);

    released.complete(true);

    assertThat(large.get()).isSameAs(EMPTY);
    assertAnswered(pages);
    assertThat(sizes).containsExactlyInAnyOrder(1, 1, 4, 1);
  }

  @Test
  void whoWaitedTooLongIsRefusedAndNotReadAnyMore() {
    SyncRounds hasty = new SyncRounds(this::answer, Duration.ofMillis(20), Metrics.none());
    List<Future<SyncPage>> held =
        IntStream.range(0, 2)
            .mapToObj(i -> callers.submit(() -> hasty.read(call("first" + i))))
            .toList();
    await().until(() -> sizes.size() == 2);

    assertThatThrownBy(() -> hasty.read(call("later")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("waited for 20 ms");

    released.complete(true);
    await().until(() -> held.stream().allMatch(Future::isDone));
    await().until(() -> hasty.waiting() == 0);
    assertThat(hasty.read(call("last"))).isSameAs(EMPTY);
    assertThat(users).containsExactlyInAnyOrder("first0", "first1", "last");
  }

  @Test
  void nobodyWaitsForWhatIsNeverAnswered() {
    SyncRounds forgetful = new SyncRounds(calls -> {}, PATIENCE, Metrics.none());

    assertThatThrownBy(() -> forgetful.read(call("ann")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ann");
  }

  private static void assertAnswered(List<Future<SyncPage>> pages) throws Exception {
    for (Future<SyncPage> page : pages) {
      assertThat(page.get()).isSameAs(EMPTY);
    }
  }

  /// As many rounds as run at once, held in the middle, and `more` callers who wait.
  private List<Future<SyncPage>> twoHeldAnd(int more) {
    List<Future<SyncPage>> pages = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String user = "first" + i;
      pages.add(callers.submit(() -> rounds.read(call(user))));
    }
    await().until(() -> sizes.size() == 2);
    for (int i = 0; i < more; i++) {
      String user = "later" + i;
      pages.add(callers.submit(() -> rounds.read(call(user))));
    }
    await().until(() -> rounds.waiting() == more);
    return pages;
  }

  private void answer(List<SyncCall> calls) {
    sizes.add(calls.size());
    calls.forEach(call -> users.add(call.device().userId()));
    threads.add(Thread.currentThread());
    released.join();
    for (SyncCall call : calls) {
      if (call.device().userId().equals(BAD)) {
        throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "the store of the test is away");
      }
      if (!call.device().userId().equals(LARGE) || calls.size() == 1) {
        call.page().complete(EMPTY);
      }
    }
  }

  private static SyncCall call(String user) {
    return new SyncCall(
        new Device(user, "phone"), new SyncStart.Begin(OptionalLong.empty()), new PageSize(10, 10));
  }
}
