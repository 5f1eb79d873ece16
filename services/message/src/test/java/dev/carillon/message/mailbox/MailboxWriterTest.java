package dev.carillon.message.mailbox;

import static dev.carillon.message.mailbox.MailboxStoreContract.conversation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MailboxWriterTest {
  private final InMemoryMailboxStore store = new InMemoryMailboxStore();
  private MailboxWriter writer =
      MailboxWriter.start(store, new MailboxConfig(2, 1_000, Duration.ZERO), Metrics.none());

  @AfterEach
  void close() {
    store.setAway(false);
    writer.close();
  }

  private static List<Bump> bumps(int users, int conversation, long seq) {
    return IntStream.range(0, users)
        .mapToObj(i -> new Bump("user-" + i, conversation(conversation), seq))
        .toList();
  }

  @Test
  void tellsOnceWhenTheWholeRoundIsDurable() throws Exception {
    List<Long> noted = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch durable = new CountDownLatch(1);

    writer.submit(
        new BumpRound(
            bumps(350, 1, 7),
            () -> {
              noted.add(
                  IntStream.range(0, 350)
                      .filter(i -> store.thread("user-" + i, conversation(1)).lastSeq() == 7)
                      .count());
              durable.countDown();
            }));

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(noted).containsExactly(350L);
  }

  @Test
  void aTransactionStaysSmallAndWithinOneRangeOfSlots() throws Exception {
    CountDownLatch durable = new CountDownLatch(1);

    writer.submit(new BumpRound(bumps(350, 1, 7), durable::countDown));

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    for (List<Bump> transaction : store.transactions()) {
      assertThat(transaction).hasSizeLessThanOrEqualTo(100);
      assertThat(transaction.stream().map(bump -> Slots.of(bump.userId()) / 512).distinct())
          .hasSize(1);
      assertThat(transaction).extracting(Bump::userId).isSorted();
    }
  }

  @Test
  void bumpsOfOneThreadThatWaitedBecomeOne() throws Exception {
    store.setAway(true);
    CountDownLatch durable = new CountDownLatch(4);
    writer.submit(new BumpRound(List.of(new Bump("bob", conversation(9), 1)), durable::countDown));
    for (long seq = 1; seq <= 3; seq++) {
      writer.submit(
          new BumpRound(List.of(new Bump("ann", conversation(1), seq)), durable::countDown));
    }

    store.setAway(false);

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(store.thread("ann", conversation(1)).lastSeq()).isEqualTo(3);
    assertThat(store.transactions())
        .allSatisfy(transaction ->
            assertThat(
                    transaction.stream().map(bump -> bump.userId() + bump.conversation()).toList())
                .doesNotHaveDuplicates());
  }

  @Test
  void goesOnWhereItWasWhenTheStoreComesBack() throws Exception {
    store.setAway(true);
    CountDownLatch durable = new CountDownLatch(1);

    writer.submit(new BumpRound(bumps(5, 1, 7), durable::countDown));
    assertThat(durable.await(100, TimeUnit.MILLISECONDS)).isFalse();
    store.setAway(false);

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(store.versions(List.of("user-0"))).containsEntry("user-0", 1L);
  }

  @Test
  void aFullQueueMakesSubmittersWait() throws Exception {
    writer.close();
    writer = MailboxWriter.start(store, new MailboxConfig(1, 100, Duration.ZERO), Metrics.none());
    store.setAway(true);
    CountDownLatch durable = new CountDownLatch(5);
    Thread submitter =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = 0; i < 5; i++) {
                  writer.submit(new BumpRound(bumps(100, i, 7), durable::countDown));
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });

    await().until(() -> submitter.getState() == Thread.State.WAITING);
    store.setAway(false);

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    submitter.join();
  }

  @Test
  void closingLetsWaitingSubmittersGo() throws Exception {
    writer.close();
    writer = MailboxWriter.start(store, new MailboxConfig(1, 1, Duration.ZERO), Metrics.none());
    store.setAway(true);
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    Thread submitter =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (true) {
                  writer.submit(new BumpRound(bumps(1, 1, 7), () -> {}));
                }
              } catch (InterruptedException e) {
                thrown.add(e);
              }
            });
    await().until(() -> submitter.getState() == Thread.State.WAITING);

    writer.close();

    submitter.join();
    assertThat(thrown).hasSize(1);
  }
}
