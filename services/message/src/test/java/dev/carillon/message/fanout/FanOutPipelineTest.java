package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.fanout.Gateways.Delivery;
import dev.carillon.runtime.slots.Slots;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a commit leads to: deliveries, mailbox updates and the mark.
final class FanOutPipelineTest extends FanOutRig {
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
