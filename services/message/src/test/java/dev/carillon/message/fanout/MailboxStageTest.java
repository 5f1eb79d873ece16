package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.ConversationId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MailboxStageTest {
  private static final ConversationId TRIP = new ConversationId(7, 1);
  private static final ConversationId WORK = new ConversationId(7, 2);
  private static final long EPOCH = 5;
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration PER_MEMBER = Duration.ofMillis(1);

  private final FakeConversations conversations = new FakeConversations();
  private final FakeMailboxWriter mailboxes = new FakeMailboxWriter();
  private final Loops loops = new Loops();
  private final SlotOwnership ownership =
      new SlotOwnership(1, EPOCH, new FanOutMemory(1 << 20, 100));
  private MailboxStage stage = stage(0);

  MailboxStageTest() {
    assertThat(ownership.claimScan()).isTrue();
    assertThat(ownership.scanned(true, ownership.overflows())).isTrue();
  }

  private MailboxStage stage(int busy) {
    return new MailboxStage(mailboxes, INTERVAL, busy, loops.timing());
  }

  @Test
  void whileManyAreActiveABusyConversationIsUpdatedOnceInAnIntervalAndAQuietOneAtOnce() {
    commit(conversations.join(TRIP, EPOCH, "ann"));
    commit(conversations.commit(TRIP, EPOCH, 1));
    commit(conversations.join(WORK, EPOCH, "ann"));

    assertThat(lastSeq(WORK)).isEqualTo(1);
    assertThat(lastSeq(TRIP)).isEqualTo(1);

    pass(INTERVAL);
    assertThat(lastSeq(TRIP)).isEqualTo(1);
    pass(PER_MEMBER);
    assertThat(lastSeq(TRIP)).isEqualTo(2);
  }

  @Test
  void oneUpdateServesEverythingCommittedSinceTheLast() {
    commit(conversations.join(TRIP, EPOCH, "ann"));
    for (int i = 0; i < 10; i++) {
      commit(conversations.commit(TRIP, EPOCH, 3));
    }
    pass(INTERVAL.plus(PER_MEMBER));

    assertThat(lastSeq(TRIP)).isEqualTo(31);
    assertThat(mailboxes.batches()).isEqualTo(2);
  }

  @Test
  void whileFewAreActiveEveryMessageIsWrittenAtOnce() {
    stage = stage(10);
    commit(conversations.join(TRIP, EPOCH, "ann"));

    commit(conversations.commit(TRIP, EPOCH, 1));

    assertThat(lastSeq(TRIP)).isEqualTo(2);
  }

  @Test
  void aLargeGroupIsUpdatedOnceInAnIntervalThoughFewAreActive() {
    stage = stage(2);
    commit(conversations.join(TRIP, EPOCH, "ann", "bob"));
    commit(conversations.commit(TRIP, EPOCH, 1));
    commit(conversations.join(WORK, EPOCH, "ann"));
    commit(conversations.commit(WORK, EPOCH, 1));

    assertThat(lastSeq(WORK)).isEqualTo(2);
    assertThat(lastSeq(TRIP)).isEqualTo(1);

    pass(INTERVAL.plus(PER_MEMBER.multipliedBy(2)));
    assertThat(lastSeq(TRIP)).isEqualTo(2);
  }

  @Test
  void aSlotThatIsHandedOverWaitsForNoInterval() {
    commit(conversations.join(TRIP, EPOCH, "ann"));
    commit(conversations.commit(TRIP, EPOCH, 1));

    assertThat(ownership.release()).isNotDone();
    stage.hurry();
    loops.run(stage.loop());

    assertThat(lastSeq(TRIP)).isEqualTo(2);
  }

  @Test
  void aConversationWhoseUpdateFailsDoesNotDelayTheOthersAndIsRetried() {
    mailboxes.failOnce();
    begin(conversations.join(TRIP, EPOCH, "ann"));
    begin(conversations.join(WORK, EPOCH, "ann"));
    loops.run(stage.loop());

    assertThat(lastSeq(TRIP)).isZero();
    assertThat(lastSeq(WORK)).isEqualTo(1);

    pass(Duration.ofMillis(20));
    assertThat(lastSeq(TRIP)).isEqualTo(1);
  }

  @Test
  void aMemberWhoLeftWhileAnUpdateFailedIsUpdatedByTheRetry() {
    mailboxes.setAway(true);
    commit(conversations.join(TRIP, EPOCH, "ann", "bob"));
    commit(conversations.leave(TRIP, EPOCH, "bob"));
    commit(conversations.commit(TRIP, EPOCH, 1));

    mailboxes.setAway(false);
    pass(INTERVAL.plus(PER_MEMBER.multipliedBy(2)));

    assertThat(mailboxes.lastSeq("ann", TRIP)).isEqualTo(3);
    assertThat(mailboxes.lastSeq("bob", TRIP)).isEqualTo(2);
  }

  @Test
  void aFewUpdatesAreWrittenByTheCommittingThread() {
    stage = stage(10);

    start(conversations.join(TRIP, EPOCH, "ann"), true);

    assertThat(lastSeq(TRIP)).isEqualTo(1);
  }

  @Test
  void theCommittingThreadDoesNotWaitForAFullMailboxWriter() {
    stage = stage(10);
    mailboxes.setFull(true);

    start(conversations.join(TRIP, EPOCH, "ann"), true);

    assertThat(lastSeq(TRIP)).isZero();
    loops.run(stage.loop());
    assertThat(lastSeq(TRIP)).isEqualTo(1);
  }

  @Test
  void anUpdateThatFailsOnTheCommittingThreadIsMadeByTheStage() {
    stage = stage(10);
    mailboxes.failOnce();

    start(conversations.join(TRIP, EPOCH, "ann"), true);

    assertThat(lastSeq(TRIP)).isZero();
    loops.run(stage.loop());
    assertThat(lastSeq(TRIP)).isEqualTo(1);
  }

  @Test
  void theCommittingThreadLeavesALargeGroupToTheStage() {
    stage = stage(2);
    start(conversations.join(TRIP, EPOCH, "ann", "bob"), true);
    assertThat(lastSeq(TRIP)).isZero();

    loops.run(stage.loop());
    start(conversations.commit(TRIP, EPOCH, 1), true);
    loops.run(stage.loop());

    assertThat(lastSeq(TRIP)).isEqualTo(1);
  }

  private void start(Committed batch, boolean direct) {
    stage.startFor(ownership.committed(batch, loops.clock().nanos()).orElseThrow(), direct);
  }

  private void begin(Committed batch) {
    start(batch, false);
  }

  private void commit(Committed batch) {
    begin(batch);
    loops.run(stage.loop());
  }

  private void pass(Duration time) {
    loops.clock().advance(time);
    loops.run(stage.loop());
  }

  private long lastSeq(ConversationId conversation) {
    return mailboxes.lastSeq("ann", conversation);
  }
}
