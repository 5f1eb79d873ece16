package dev.carillon.message.mailbox;

import static dev.carillon.message.mailbox.MailboxStoreContract.conversation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MailboxWriterTest extends MailboxUpdatesContract {
  private final InMemoryMailboxStore store = new InMemoryMailboxStore();
  private MailboxWriter writer = start(2, 1_000);

  private MailboxWriter start(int count, int queueLimit) {
    return MailboxWriter.start(
        store, count, queueLimit, BatchInterval.NONE, System::nanoTime, Metrics.none());
  }

  @AfterEach
  void close() {
    store.setAway(false);
    writer.close();
  }

  @Override
  protected MailboxUpdates mailboxes() {
    return writer;
  }

  @Override
  protected void setAway(boolean isAway) {
    store.setAway(isAway);
  }

  @Override
  protected long lastSeq(String userId, ConversationId conversation) {
    return store.thread(userId, conversation).lastSeq();
  }

  private static List<MailboxUpdate> updates(int users, int conversation, long seq) {
    return IntStream.range(0, users)
        .mapToObj(i -> new MailboxUpdate("user-" + i, conversation(conversation), seq))
        .toList();
  }

  @Test
  void aTransactionStaysSmallAndWithinOneRangeOfSlots() throws Exception {
    CountDownLatch durable = new CountDownLatch(1);

    writer.submit(new MailboxUpdateBatch(updates(350, 1, 7), durable::countDown));

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    for (List<MailboxUpdate> transaction : store.transactions()) {
      assertThat(transaction).hasSizeLessThanOrEqualTo(100);
      assertThat(transaction.stream().map(update -> Slots.of(update.userId()) / 512).distinct())
          .hasSize(1);
      assertThat(transaction).extracting(MailboxUpdate::userId).isSorted();
    }
  }

  @Test
  void anOfferIsTakenOverAsAWholeOrNotAtAll() {
    CountDownLatch durable = new CountDownLatch(1);
    MailboxUpdateBatch one = new MailboxUpdateBatch(updates(1, 1, 7), durable::countDown);
    MailboxUpdateBatch spread = new MailboxUpdateBatch(updates(50, 2, 7), () -> {});
    store.setAway(true);

    assertThat(writer.offer(one)).isTrue();
    assertThat(writer.offer(spread)).as("for both writers").isFalse();

    store.setAway(false);
    await().until(() -> durable.getCount() == 0);
    assertThat(store.thread("user-0", conversation(1)).lastSeq()).isEqualTo(7);
    assertThat(store.thread("user-0", conversation(2)).lastSeq()).isZero();
  }

  @Test
  void updatesOfOneThreadThatWaitedBecomeOne() throws Exception {
    store.setAway(true);
    CountDownLatch durable = new CountDownLatch(4);
    writer.submit(
        new MailboxUpdateBatch(
            List.of(new MailboxUpdate("bob", conversation(9), 1)), durable::countDown));
    for (long seq = 1; seq <= 3; seq++) {
      writer.submit(
          new MailboxUpdateBatch(
              List.of(new MailboxUpdate("ann", conversation(1), seq)), durable::countDown));
    }

    store.setAway(false);

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(store.thread("ann", conversation(1)).lastSeq()).isEqualTo(3);
    assertThat(store.transactions())
        .allSatisfy(transaction ->
            assertThat(
                    transaction.stream()
                        .map(update -> update.userId() + update.conversation())
                        .toList())
                .doesNotHaveDuplicates());
  }

  @Test
  void continuesWhereItWasWhenTheStoreComesBack() throws Exception {
    store.setAway(true);
    CountDownLatch durable = new CountDownLatch(1);
    int before = store.calls();

    writer.submit(new MailboxUpdateBatch(updates(5, 1, 7), durable::countDown));
    await().until(() -> store.calls() > before + 1);
    assertThat(durable.getCount()).isEqualTo(1);
    store.setAway(false);

    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(store.versions(List.of("user-0"))).containsEntry("user-0", 1L);
  }

  @Test
  void aFullQueueMakesSubmittersWait() throws Exception {
    writer.close();
    writer = start(1, 100);
    store.setAway(true);
    CountDownLatch durable = new CountDownLatch(5);
    Thread submitter =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = 0; i < 5; i++) {
                  writer.submit(new MailboxUpdateBatch(updates(100, i, 7), durable::countDown));
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
    writer = start(1, 1);
    store.setAway(true);
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    Thread submitter =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (true) {
                  writer.submit(new MailboxUpdateBatch(updates(1, 1, 7), () -> {}));
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
