package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.InMemoryMailboxStore;
import dev.carillon.message.mailbox.MailboxConfig;
import dev.carillon.message.mailbox.MailboxWriter;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BumpStageTest {
  private static final ConversationId TRIP = new ConversationId(7, 1);
  private static final ConversationId WORK = new ConversationId(7, 2);
  private static final long EPOCH = 5;

  private final FakeConversations conversations = new FakeConversations();
  private final InMemoryMailboxStore mailboxes = new InMemoryMailboxStore();
  private final MailboxWriter writer =
      MailboxWriter.start(
          mailboxes,
          new MailboxConfig(1, 1_000),
          BatchInterval.NONE,
          System::nanoTime,
          Metrics.none());
  private final Tenure tenure = new Tenure(1, EPOCH, new Load(1 << 20, 100));
  private BumpStage stage = new BumpStage(writer::submit, Duration.ofHours(1), 0);

  BumpStageTest() {
    assertThat(tenure.claimScan()).isTrue();
    assertThat(tenure.scanned(tenure.overflows())).isTrue();
  }

  @AfterEach
  void close() {
    stage.close();
    writer.close();
  }

  @Test
  void whileManyTalkNotesABusyConversationOnceInAnIntervalAndAQuietOneAtOnce() {
    stage.start();
    note(conversations.join(TRIP, EPOCH, "ann"));
    awaitNoted(TRIP, 1);

    note(conversations.commit(TRIP, EPOCH, 1));
    note(conversations.join(WORK, EPOCH, "ann"));

    awaitNoted(WORK, 1);
    assertThat(mailboxes.thread("ann", TRIP).lastSeq()).isEqualTo(1);
  }

  @Test
  void whileFewTalkNotesEveryMessageAtOnce() {
    stage = new BumpStage(writer::submit, Duration.ofHours(1), 10);
    stage.start();
    note(conversations.join(TRIP, EPOCH, "ann"));
    awaitNoted(TRIP, 1);

    note(conversations.commit(TRIP, EPOCH, 1));

    awaitNoted(TRIP, 2);
  }

  @Test
  void aLargeGroupIsNotedOnceInAnIntervalThoughFewTalk() {
    stage = new BumpStage(writer::submit, Duration.ofHours(1), 2);
    stage.start();
    note(conversations.join(TRIP, EPOCH, "ann", "bob"));
    awaitNoted(TRIP, 1);

    note(conversations.commit(TRIP, EPOCH, 1));
    note(conversations.join(WORK, EPOCH, "ann"));
    awaitNoted(WORK, 1);
    note(conversations.commit(WORK, EPOCH, 1));

    awaitNoted(WORK, 2);
    assertThat(mailboxes.thread("ann", TRIP).lastSeq()).isEqualTo(1);
  }

  @Test
  void aSlotThatIsHandedOverWaitsForNoInterval() {
    stage.start();
    note(conversations.join(TRIP, EPOCH, "ann"));
    awaitNoted(TRIP, 1);
    note(conversations.commit(TRIP, EPOCH, 1));

    assertThat(tenure.release()).isNotDone();
    stage.hurry(tenure);

    awaitNoted(TRIP, 2);
  }

  @Test
  void aConversationThatCannotBeNotedCostsTheOthersNothingAndIsTriedAgain() {
    AtomicInteger rounds = new AtomicInteger();
    stage =
        new BumpStage(
            round -> {
              if (rounds.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
              }
              writer.submit(round);
            },
            Duration.ZERO,
            0);
    // Both are taken out of the queue together.
    note(conversations.join(TRIP, EPOCH, "ann"));
    note(conversations.join(WORK, EPOCH, "ann"));
    stage.start();

    awaitNoted(TRIP, 1);
    awaitNoted(WORK, 1);
  }

  private void note(Committed batch) {
    stage.startFor(tenure.committed(batch).orElseThrow());
  }

  private void awaitNoted(ConversationId conversation, long seq) {
    await().until(() -> mailboxes.thread("ann", conversation).lastSeq() == seq);
  }
}
