package dev.carillon.message.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.append.AppendRig;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.message.store.HistoryRange;
import dev.carillon.message.store.Ranges;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Many who read the same page at once.
final class HistoryReadsTest {
  private static final ConversationId TRIP = AppendRig.group(1);
  private static final HistoryRange PAGE = Ranges.newest(10);
  private static final int READERS = 200;

  private final FakeConversationStore store = new FakeConversationStore();
  private final AppendRig rig = new AppendRig(store);
  private final HistoryReads reads =
      new HistoryReads(store, ForkJoinPool.commonPool(), System::nanoTime);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    threads.shutdownNow();
    rig.close();
  }

  @Test
  void readersOfOnePageShareItsStatements() throws Exception {
    group();
    Held first = held("user0");
    List<Future<List<Long>>> others = allOthersWait();
    final int before = store.reads();

    first.release();

    assertThat(first.seqs().get()).containsExactly(1L, 2L);
    for (Future<List<Long>> other : others) {
      assertThat(other.get()).containsExactly(1L, 2L);
    }
    // The head, the memberships and the messages.
    assertThat(store.reads() - before).isEqualTo(3);
  }

  @Test
  void whatWasStoredBeforeAReadCameIsInWhatItGets() throws Exception {
    group();
    Held first = held("user0");
    rig.stored(rig.toGroup(TRIP, "user1", AppendRig.text("later")));

    Future<List<Long>> second = threads.submit(() -> seqs("user1"));
    await().until(() -> reads.waiting() == 1);
    first.release();

    assertThat(second.get()).containsExactly(1L, 2L, 3L);
    assertThat(first.seqs().get()).containsExactly(1L, 2L);
  }

  @Test
  void eachReaderOfASharedPageSeesWhatIsItsOwn() throws Exception {
    group();
    rig.add(TRIP, "user0", "late");
    rig.remove(TRIP, "user0", "user7");
    rig.stored(rig.toGroup(TRIP, "user1", AppendRig.text("last")));
    Held first = held("user0");
    Future<List<Long>> late = threads.submit(() -> seqs("late"));
    Future<List<Long>> gone = threads.submit(() -> seqs("user7"));
    Future<List<Long>> stranger = threads.submit(() -> seqs("eve"));
    await().until(() -> reads.waiting() == 3);

    first.release();

    assertThat(first.seqs().get()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(late.get()).containsExactly(3L, 4L, 5L);
    assertThat(gone.get()).containsExactly(1L, 2L, 3L, 4L);
    assertThatThrownBy(stranger::get).hasMessageContaining("NOT_A_MEMBER");
  }

  @Test
  void theFailureOfAReadReachesNoOther() throws Exception {
    group();
    Held first = held("user0");
    Future<List<Long>> second = threads.submit(() -> seqs("user1"));
    await().until(() -> reads.waiting() == 1);

    first.fail(new IllegalStateException("away"));

    assertThatThrownBy(first.seqs()::get).hasMessageContaining("away");
    assertThat(second.get()).containsExactly(1L, 2L);
    assertThat(seqs("user2")).containsExactly(1L, 2L);
  }

  @Test
  void readersWhoFindTheDatabaseAwayAreRefusedTogether() throws Exception {
    group();
    Held first = held("user0");
    List<Future<List<Long>>> others = allOthersWait();
    final int before = store.reads();
    store.afterNextRange(() -> {
      throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "away");
    });

    first.release();

    assertThat(first.seqs().get()).containsExactly(1L, 2L);
    for (Future<List<Long>> other : others) {
      assertThatThrownBy(other::get).hasMessageContaining("DATABASE_UNAVAILABLE");
    }
    assertThat(store.reads() - before).isEqualTo(3);
  }

  @Test
  void whatIsSaidAfterARemovalIsNotReadUnderTheMembershipBefore() {
    group();
    store.afterNextMemberships(() -> {
      rig.remove(TRIP, "user0", "user7");
      rig.stored(rig.toGroup(TRIP, "user1", AppendRig.text("secret")));
      rig.add(TRIP, "user0", "user7");
    });

    assertThat(seqs("user7")).containsExactly(1L, 2L);
    assertThat(seqs("user7")).containsExactly(5L);
  }

  private void group() {
    String[] members = IntStream.range(1, READERS).mapToObj(i -> "user" + i).toArray(String[]::new);
    rig.create(TRIP, "user0", members);
    rig.stored(rig.toGroup(TRIP, "user1", AppendRig.text("first")));
  }

  private List<Future<List<Long>>> allOthersWait() {
    List<Future<List<Long>>> others = new ArrayList<>();
    for (int i = 1; i < READERS; i++) {
      String user = "user" + i;
      others.add(threads.submit(() -> seqs(user)));
    }
    await().until(() -> reads.waiting() == READERS - 1);
    return others;
  }

  private List<Long> seqs(String user) {
    return reads.read(TRIP, user, PAGE).messages().stream().map(StoredMessage::seq).toList();
  }

  /// A read whose statements have run, and which has not been answered yet.
  private Held held(String user) throws InterruptedException {
    CountDownLatch read = new CountDownLatch(1);
    CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    store.afterNextRange(() -> {
      read.countDown();
      goOn.join();
    });
    Future<List<Long>> seqs = threads.submit(() -> seqs(user));
    read.await();
    return new Held(seqs, goOn);
  }

  private record Held(Future<List<Long>> seqs, CompletableFuture<Boolean> goOn) {
    void release() {
      goOn.complete(true);
    }

    void fail(RuntimeException failure) {
      goOn.completeExceptionally(failure);
    }
  }
}
