package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FanOutPipelineTest {
  private static final ConversationId TRIP = new ConversationId(7, 1);
  private static final int SLOT = Slots.of(TRIP.bytes());
  private static final long EPOCH = 5;
  private static final long MIB = 1 << 20;

  private final FakeConversations conversations = new FakeConversations();
  private final FakeMailboxWriter mailboxes = new FakeMailboxWriter();
  private final FakeGateways gateways = new FakeGateways("east", "west");
  private final FakeDirectory directory = new FakeDirectory();
  private final Loops loops = new Loops();
  private FanOutPipeline pipeline = pipeline(MIB, 1_000, 0);

  private FanOutPipeline pipeline(long memory, int conversationLimit, int requestCost) {
    return new FanOutPipeline(
        new FanOutConfig(
            2,
            memory,
            conversationLimit,
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ZERO,
            new FanOutConfig.Presence(requestCost, Duration.ofSeconds(1))),
        conversations,
        mailboxes,
        directory,
        gateways,
        Telemetry.none(),
        loops.timing());
  }

  private void own(long epoch) {
    pipeline.onClaimed(SLOT, epoch);
    run();
  }

  private void commit(Committed batch) {
    pipeline.committed(List.of(batch));
  }

  private void say(int count) {
    commit(conversations.commit(TRIP, EPOCH, count));
  }

  private void run() {
    loops.run(pipeline.loops());
  }

  private void runUntilMarked(long seq) {
    loops.runUntil(() -> conversations.marked(TRIP) == seq, pipeline.loops());
  }

  private long written(String userId) {
    return mailboxes.lastSeq(userId, TRIP);
  }

  private static Long[] numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toArray(Long[]::new);
  }

  @Test
  void handsMessagesInOrderToTheGatewaysOfTheMembers() {
    directory.connect("ann", "east").connect("bob", "east", "west").connect("cid");
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann", "bob", "cid"));
    IntStream.range(0, 50).forEach(i -> say(2));

    run();
    assertThat(gateways.delivered("west")).hasSize(101);
    assertThat(gateways.delivered("east")).hasSize(101);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 101));
    assertThat(gateways.seqs("west", "bob")).containsExactly(numbers(1, 101));
    assertThat(gateways.seqs("west", "ann")).isEmpty();
    assertThat(gateways.delivered("west").getFirst().userIds()).containsExactly("bob");
  }

  @Test
  void aDeliveryCarriesSlotEpochAndTrace() {
    directory.connect("ann", "east");
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann"));
    runUntilMarked(1);

    say(1);

    run();
    assertThat(gateways.delivered("east")).hasSize(2);
    Delivery delivery = gateways.delivered("east").getLast();
    assertThat(delivery.traceparent()).isEqualTo("trace-2");
    assertThat(delivery.slot()).isEqualTo(SLOT);
    assertThat(delivery.epoch()).isEqualTo(EPOCH);
  }

  @Test
  void writesTheNewestMessageToEveryMembersMailbox() {
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann", "bob"));
    IntStream.range(0, 20).forEach(i -> say(1));

    run();
    assertThat(written("ann")).isEqualTo(21);
    assertThat(written("bob")).isEqualTo(21);
  }

  @Test
  void isMarkedOnceItIsQuiet() {
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann"));
    say(3);

    runUntilMarked(4);
    say(1);
    runUntilMarked(5);
  }

  @Test
  void isNotMarkedBeforeTheMailboxesHaveIt() {
    mailboxes.setAway(true);
    directory.connect("ann", "east");
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann"));

    run();
    assertThat(gateways.delivered("east")).hasSize(1);
    assertThat(conversations.marked(TRIP)).isEqualTo(-1);
    mailboxes.setAway(false);
    runUntilMarked(1);
    assertThat(written("ann")).isEqualTo(1);
  }

  @Test
  void whatAnEarlierOwnerLeftUndoneComesFirst() {
    directory.connect("ann", "east");
    conversations.join(TRIP, 1, "ann");
    conversations.commit(TRIP, 1, 250);

    pipeline.onClaimed(SLOT, EPOCH);
    say(1);
    assertThat(gateways.delivered("east")).isEmpty();

    runUntilMarked(252);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 252));
    assertThat(written("ann")).isEqualTo(252);
  }

  @Test
  void whatWasMarkedIsNotDoneAgain() {
    directory.connect("ann", "east");
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann"));
    runUntilMarked(1);

    pipeline = pipeline(MIB, 1_000, 0);
    own(EPOCH + 1);
    commit(conversations.commit(TRIP, EPOCH + 1, 1));

    runUntilMarked(2);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
  }

  @Test
  void readsFromTheStoreWhatDoesNotFitInMemory() {
    pipeline = pipeline(0, 1_000, 0);
    directory.connect("ann", "east");
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann"));
    IntStream.range(0, 100).forEach(i -> say(5));

    runUntilMarked(501);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 501));
    assertThat(conversations.reads()).isPositive();
    assertThat(written("ann")).isEqualTo(501);
  }

  @Test
  void readsFromTheStoreWhatItWasNotHanded() {
    directory.connect("ann", "east");
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann"));
    runUntilMarked(1);

    conversations.commit(TRIP, EPOCH, 2);
    pipeline.behind(TRIP, SLOT, EPOCH);
    runUntilMarked(3);
    say(1);
    conversations.commit(TRIP, EPOCH, 2);
    say(1);

    runUntilMarked(7);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 7));
  }

  @Test
  void aDoubtAboutAConversationThatIsNotThereEndsWithTheLook() {
    directory.connect("ann", "east");
    own(EPOCH);
    pipeline.behind(TRIP, SLOT, EPOCH);
    loops.runUntil(() -> pipeline.conversations() == 0, pipeline.loops());
    int looks = conversations.looks();

    commit(conversations.join(TRIP, EPOCH, "ann"));

    runUntilMarked(1);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L);
    assertThat(conversations.looks()).isLessThanOrEqualTo(looks + 1);
  }

  @Test
  void membersGetWhatIsSaidWhileTheyAreMembers() {
    directory.connect("ann", "east").connect("bob", "west");
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann"));
    say(1);
    commit(conversations.join(TRIP, EPOCH, "bob"));
    say(1);
    commit(conversations.leave(TRIP, EPOCH, "bob"));
    say(1);

    runUntilMarked(6);
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 6));
    assertThat(gateways.seqs("west", "bob")).containsExactly(3L, 4L, 5L);
    assertThat(written("ann")).isEqualTo(6);
    assertThat(written("bob")).isEqualTo(5);
  }

  @Test
  void aMemberWhoLeftWhileMailboxesWereAwayGetsTheUpdate() {
    mailboxes.setAway(true);
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann", "bob"));
    commit(conversations.leave(TRIP, EPOCH, "bob"));
    say(1);
    run();

    mailboxes.setAway(false);

    run();
    assertThat(written("ann")).isEqualTo(3);
    assertThat(written("bob")).isEqualTo(2);
  }

  @Test
  void broadcastsWhatIsForUsersWhomPresenceDoesNotKnow() {
    directory.connect("ann", "east");
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann", "bob"));

    run();
    assertThat(gateways.delivered("west")).hasSize(1);
    assertThat(gateways.delivered("east")).hasSize(1);
    assertThat(gateways.delivered("east").getFirst().userIds()).containsExactly("ann", "bob");
    assertThat(gateways.delivered("west").getFirst().userIds()).containsExactly("bob");
  }

  @Test
  void leavesAloneSlotsThatItDoesNotOwn() {
    directory.connect("ann", "east");
    Committed unknown = conversations.join(TRIP, EPOCH, "ann");
    commit(unknown);
    pipeline.onClaimed(SLOT, EPOCH + 1);
    commit(conversations.commit(TRIP, EPOCH, 1));
    runUntilMarked(2);
    pipeline.onLost(Set.of(SLOT));

    commit(conversations.commit(TRIP, EPOCH + 1, 1));
    pipeline.behind(TRIP, SLOT, EPOCH + 1);

    assertThat(gateways.delivered("east")).extracting(Delivery::epoch).containsOnly(EPOCH + 1);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
  }

  @Test
  void whatAnEarlierOwnerCommitsTooLateIsFoundByALaterScan() {
    directory.connect("ann", "east");
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann"));
    runUntilMarked(1);

    conversations.commit(TRIP, EPOCH - 1, 1);

    runUntilMarked(2);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
    assertThat(written("ann")).isEqualTo(2);
  }

  @Test
  void aSlotIsReleasedWhenNothingIsLeftUndone() {
    mailboxes.setAway(true);
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann"));

    CompletableFuture<Void> released = pipeline.onReleasing(SLOT);
    assertThat(released).isNotDone();
    mailboxes.setAway(false);

    loops.runUntil(released::isDone, pipeline.loops());
    assertThat(conversations.marked(TRIP)).isEqualTo(1);
    assertThat(pipeline.onReleasing(SLOT)).isDone();
  }

  @Test
  void aSlotThatIsLostIsReleasedAtOnce() {
    mailboxes.setAway(true);
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann"));
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
    commit(conversations.join(TRIP, EPOCH, "ann"));
    runUntilMarked(1);
  }

  @Test
  void triesAgainWhileTheStoreIsAway() {
    directory.connect("ann", "east");
    conversations.join(TRIP, 1, "ann");
    conversations.setAway(true);
    pipeline.onClaimed(SLOT, EPOCH);
    say(1);
    loops.runFor(Duration.ofSeconds(3), pipeline.loops());
    assertThat(gateways.delivered("east")).isEmpty();

    conversations.setAway(false);

    runUntilMarked(2);
    assertThat(gateways.seqs("east", "ann")).containsExactly(1L, 2L);
  }

  @Test
  void whatFindsNoRoomIsFoundByItsMark() {
    pipeline = pipeline(MIB, 2, 0);
    List<ConversationId> all =
        IntStream.range(0, 20).mapToObj(i -> new ConversationId(i, i)).toList();
    all.forEach(id -> pipeline.onClaimed(Slots.of(id.bytes()), EPOCH));

    for (ConversationId id : all) {
      commit(conversations.join(id, EPOCH, "ann"));
      commit(conversations.commit(id, EPOCH, 1));
    }

    loops.runUntil(
        () -> all.stream().allMatch(id -> conversations.marked(id) == 2), pipeline.loops());
    assertThat(all).allMatch(id -> mailboxes.lastSeq("ann", id) == 2);
  }

  @Test
  void aSmallBroadcastIsDeliveredOnTheCommittingThread() {
    pipeline = pipeline(MIB, 1_000, 64);
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann", "bob"));
    say(2);

    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 3));
    assertThat(gateways.seqs("west", "bob")).containsExactly(numbers(1, 3));
    runUntilMarked(3);
    assertThat(gateways.delivered("east")).hasSize(3);
  }

  @Test
  void oneCommitIsDeliveredToAGatewayAtOnce() {
    pipeline = pipeline(MIB, 1_000, 64);
    ConversationId other = new ConversationId(9, 1);
    own(EPOCH);
    pipeline.onClaimed(Slots.of(other.bytes()), EPOCH);
    run();

    pipeline.committed(
        List.of(conversations.join(TRIP, EPOCH, "ann"), conversations.join(other, EPOCH, "bob")));

    assertThat(gateways.calls()).isOne();
    assertThat(gateways.delivered("east")).hasSize(2);
  }

  @Test
  void whatPresenceHasToBeAskedForIsLeftToTheDispatchers() {
    directory.connect("ann", "east");
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann"));

    assertThat(directory.requests()).isZero();
    assertThat(gateways.delivered("east")).isEmpty();
    run();
    assertThat(directory.requests()).isOne();
    assertThat(gateways.delivered("east")).hasSize(1);
  }

  @Test
  void aSmallBroadcastDoesNotOvertakeWhatWaitsForTheDispatchers() {
    pipeline = pipeline(MIB, 1_000, 64);
    directory.connect("ann", "east", "west");
    own(EPOCH);

    commit(conversations.join(TRIP, EPOCH, "ann"));
    say(500);
    say(1);

    assertThat(gateways.seqs("east", "ann")).containsExactly(1L);
    run();
    assertThat(gateways.seqs("east", "ann")).containsExactly(numbers(1, 502));
  }

  @Test
  void aConversationIsDeliveredOnAfterItsGatewaysFailed() {
    pipeline = pipeline(MIB, 1_000, 64);
    own(EPOCH);
    gateways.failOnce();

    commit(conversations.join(TRIP, EPOCH, "ann"));
    say(1);

    assertThat(gateways.seqs("east", "ann")).containsExactly(2L);
    runUntilMarked(2);
    assertThat(written("ann")).isEqualTo(2);
  }
}
