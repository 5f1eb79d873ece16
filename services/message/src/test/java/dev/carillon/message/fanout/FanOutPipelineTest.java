package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.InMemoryMailboxStore;
import dev.carillon.message.mailbox.MailboxConfig;
import dev.carillon.message.mailbox.MailboxWriter;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FanOutPipelineTest {
  private static final ConversationId TRIP = new ConversationId(7, 1);
  private static final int SLOT = Slots.of(TRIP.bytes());
  private static final long EPOCH = 5;
  private static final long MIB = 1 << 20;

  private final FakeConversations conversations = new FakeConversations();
  private final InMemoryMailboxStore mailboxes = new InMemoryMailboxStore();
  private final MailboxWriter writer =
      MailboxWriter.start(mailboxes, new MailboxConfig(2, 1_000, Duration.ZERO), Metrics.none());
  private final FakeGateways gateways = new FakeGateways("east", "west");
  private FanOutPipeline pipeline = start(MIB, 1_000);

  private FanOutPipeline start(long memory, int lanes) {
    return FanOutPipeline.start(
        new FanOutConfig(
            2,
            Duration.ZERO,
            memory,
            lanes,
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ZERO,
            new FanOutConfig.Presence(0, Duration.ofSeconds(1))),
        conversations,
        writer,
        gateways,
        gateways,
        Telemetry.none(),
        FailPoints.NONE);
  }

  private void restart(long memory, int lanes) {
    pipeline.close();
    pipeline = start(memory, lanes);
  }

  @AfterEach
  void close() {
    mailboxes.setAway(false);
    pipeline.close();
    writer.close();
  }

  private void say(int count) {
    pipeline.committed(conversations.commit(TRIP, EPOCH, count));
  }

  private void awaitNoted(String userId, long lastSeq) {
    await().until(() -> mailboxes.thread(userId, TRIP).lastSeq() == lastSeq);
  }

  private static Long[] numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toArray(Long[]::new);
  }

  @Test
  void handsMessagesInOrderToTheGatewaysOfTheMembers() {
    gateways.place("ann", "east").place("bob", "east", "west").place("cid");
    pipeline.onClaimed(SLOT, EPOCH);

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann", "bob", "cid"));
    IntStream.range(0, 50).forEach(i -> say(2));

    await().until(() -> gateways.delivered("west").size() == 101);
    await().until(() -> gateways.delivered("east").size() == 101);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 101));
    assertThat(gateways.seqs("west", "bob")).containsExactly(numbers(1, 101));
    assertThat(gateways.seqs("west", "ann")).isEmpty();
    assertThat(gateways.delivered("west").getFirst().userIds()).containsExactly("bob");
  }

  @Test
  void aDeliveryCarriesSlotEpochAndTrace() {
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    await().until(() -> conversations.marked(TRIP) == 1);

    say(1);

    await().until(() -> gateways.delivered("east").size() == 2);
    Delivery delivery = gateways.delivered("east").getLast();
    assertThat(delivery.traceparent()).isEqualTo("trace-2");
    assertThat(delivery.slot()).isEqualTo(SLOT);
    assertThat(delivery.epoch()).isEqualTo(EPOCH);
  }

  @Test
  void everyMembersMailboxLearnsOfTheNewestMessage() {
    pipeline.onClaimed(SLOT, EPOCH);

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann", "bob"));
    IntStream.range(0, 20).forEach(i -> say(1));

    awaitNoted("ann", 21);
    awaitNoted("bob", 21);
  }

  @Test
  void isMarkedOnceItIsQuiet() {
    pipeline.onClaimed(SLOT, EPOCH);

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    say(3);

    await().until(() -> conversations.marked(TRIP) == 4);
    say(1);
    await().until(() -> conversations.marked(TRIP) == 5);
  }

  @Test
  void isNotMarkedBeforeTheMailboxesHaveIt() {
    mailboxes.setAway(true);
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));

    await().until(() -> gateways.delivered("east").size() == 1);
    assertThat(conversations.marked(TRIP)).isEqualTo(-1);
    mailboxes.setAway(false);
    await().until(() -> conversations.marked(TRIP) == 1);
    awaitNoted("ann", 1);
  }

  @Test
  void whatAFormerOwnerLeftUndoneComesFirst() {
    gateways.place("ann", "east");
    conversations.join(TRIP, 1, "ann");
    conversations.commit(TRIP, 1, 250);

    pipeline.onClaimed(SLOT, EPOCH);
    say(1);

    await().until(() -> conversations.marked(TRIP) == 252);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 252));
    awaitNoted("ann", 252);
  }

  @Test
  void whatWasMarkedIsNotDoneAgain() {
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    await().until(() -> conversations.marked(TRIP) == 1);

    restart(MIB, 1_000);
    pipeline.onClaimed(SLOT, EPOCH + 1);
    pipeline.committed(conversations.commit(TRIP, EPOCH + 1, 1));

    await().until(() -> conversations.marked(TRIP) == 2);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
  }

  @Test
  void readsFromTheStoreWhatDoesNotFitInMemory() {
    restart(0, 1_000);
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    IntStream.range(0, 100).forEach(i -> say(5));

    await().until(() -> conversations.marked(TRIP) == 501);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 501));
    assertThat(conversations.reads()).isPositive();
    awaitNoted("ann", 501);
  }

  @Test
  void readsFromTheStoreWhatItWasNotTold() {
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    await().until(() -> conversations.marked(TRIP) == 1);

    conversations.commit(TRIP, EPOCH, 2);
    pipeline.behind(TRIP, SLOT, EPOCH);
    await().until(() -> conversations.marked(TRIP) == 3);
    say(1);
    conversations.commit(TRIP, EPOCH, 2);
    say(1);

    await().until(() -> conversations.marked(TRIP) == 7);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 7));
  }

  @Test
  void aDoubtAboutAConversationThatIsNotThereEndsWithTheLook() {
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.behind(TRIP, SLOT, EPOCH);
    await().until(() -> pipeline.conversations() == 0);
    int looks = conversations.looks();

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));

    await().until(() -> conversations.marked(TRIP) == 1);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L);
    assertThat(conversations.looks()).isLessThanOrEqualTo(looks + 1);
  }

  @Test
  void membersGetWhatIsSaidWhileTheyAreMembers() {
    gateways.place("ann", "east").place("bob", "west");
    pipeline.onClaimed(SLOT, EPOCH);

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    say(1);
    pipeline.committed(conversations.join(TRIP, EPOCH, "bob"));
    say(1);
    pipeline.committed(conversations.leave(TRIP, EPOCH, "bob"));
    say(1);

    await().until(() -> conversations.marked(TRIP) == 6);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 6));
    assertThat(gateways.seqs("west", "bob")).containsExactly(3L, 4L, 5L);
    awaitNoted("ann", 6);
    awaitNoted("bob", 5);
  }

  @Test
  void whoLeftWhileMailboxesWereAwayLearnsOfIt() {
    mailboxes.setAway(true);
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann", "bob"));
    pipeline.committed(conversations.leave(TRIP, EPOCH, "bob"));
    say(1);

    mailboxes.setAway(false);

    awaitNoted("ann", 3);
    awaitNoted("bob", 2);
  }

  @Test
  void asksEveryGatewayForUsersWhosePlaceIsUnknown() {
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);

    pipeline.committed(conversations.join(TRIP, EPOCH, "ann", "bob"));

    await().until(() -> gateways.delivered("west").size() == 1);
    await().until(() -> gateways.delivered("east").size() == 1);
    assertThat(gateways.delivered("east").getFirst().userIds()).containsExactly("ann", "bob");
    assertThat(gateways.delivered("west").getFirst().userIds()).containsExactly("bob");
  }

  @Test
  void leavesAloneSlotsThatItDoesNotOwn() {
    gateways.place("ann", "east");
    Committed unknown = conversations.join(TRIP, EPOCH, "ann");
    pipeline.committed(unknown);
    pipeline.onClaimed(SLOT, EPOCH + 1);
    pipeline.committed(conversations.commit(TRIP, EPOCH, 1));
    await().until(() -> conversations.marked(TRIP) == 2);
    pipeline.onLost(Set.of(SLOT));

    pipeline.committed(conversations.commit(TRIP, EPOCH + 1, 1));
    pipeline.behind(TRIP, SLOT, EPOCH + 1);

    assertThat(gateways.delivered("east")).extracting(Delivery::epoch).containsOnly(EPOCH + 1);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
  }

  @Test
  void whatAFormerOwnerCommitsTooLateIsFoundInTheEnd() {
    gateways.place("ann", "east");
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    await().until(() -> conversations.marked(TRIP) == 1);

    conversations.commit(TRIP, EPOCH - 1, 1);

    await().until(() -> conversations.marked(TRIP) == 2);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
    awaitNoted("ann", 2);
  }

  @Test
  void aSlotIsReleasedWhenNothingIsLeftUndone() throws Exception {
    mailboxes.setAway(true);
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));

    CompletableFuture<Void> released = pipeline.onReleasing(SLOT);
    assertThat(released).isNotDone();
    mailboxes.setAway(false);

    released.get(60, TimeUnit.SECONDS);
    assertThat(conversations.marked(TRIP)).isEqualTo(1);
    assertThat(pipeline.onReleasing(SLOT)).isDone();
  }

  @Test
  void aSlotThatIsLostIsReleasedAtOnce() {
    mailboxes.setAway(true);
    pipeline.onClaimed(SLOT, EPOCH);
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    CompletableFuture<Void> released = pipeline.onReleasing(SLOT);

    pipeline.onLost(Set.of(SLOT));

    assertThat(released).isDone();
  }

  @Test
  void aHandoverThatALossHasOvertakenDoesNotEndTheOwnershipAfterIt() {
    pipeline.onClaimed(SLOT, EPOCH - 1);
    CompletableFuture<Void> appended = new CompletableFuture<>();
    CompletableFuture<Void> released = pipeline.onReleasing(SLOT, appended);
    pipeline.onLost(Set.of(SLOT));
    pipeline.onClaimed(SLOT, EPOCH);

    appended.complete(null);

    assertThat(released).isDone();
    pipeline.committed(conversations.join(TRIP, EPOCH, "ann"));
    await().until(() -> conversations.marked(TRIP) == 1);
  }

  @Test
  void triesAgainWhileTheStoreIsAway() {
    gateways.place("ann", "east");
    conversations.join(TRIP, 1, "ann");
    conversations.setAway(true);
    pipeline.onClaimed(SLOT, EPOCH);
    say(1);

    conversations.setAway(false);

    await().until(() -> conversations.marked(TRIP) == 2);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
  }

  @Test
  void whatFindsNoRoomIsFoundByItsMark() {
    restart(MIB, 2);
    List<ConversationId> all =
        IntStream.range(0, 20).mapToObj(i -> new ConversationId(i, i)).toList();
    all.forEach(id -> pipeline.onClaimed(Slots.of(id.bytes()), EPOCH));

    for (ConversationId id : all) {
      pipeline.committed(conversations.join(id, EPOCH, "ann"));
      pipeline.committed(conversations.commit(id, EPOCH, 1));
    }

    await().until(() -> all.stream().allMatch(id -> conversations.marked(id) == 2));
    assertThat(all).allMatch(id -> mailboxes.thread("ann", id).lastSeq() == 2);
  }
}
