package dev.carillon.message.fanout;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.fanout.Gateways.Delivery;
import dev.carillon.runtime.slots.Slots;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is read from the store and done again: after a handover, a crash, or when there was no
/// room.
final class FanOutRecoveryTest extends FanOutRig {
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

    CompletableFuture<Void> released = pipeline.onReleasing(SLOT, completedFuture(null));
    assertThat(released).isNotDone();
    mailboxes.setAway(false);

    loops.runUntil(released::isDone, pipeline.loops());
    assertThat(conversations.marked(TRIP)).isEqualTo(1);
    assertThat(pipeline.onReleasing(SLOT, completedFuture(null))).isDone();
  }

  @Test
  void aSlotThatIsLostIsReleasedAtOnce() {
    mailboxes.setAway(true);
    own(EPOCH);
    commit(conversations.join(TRIP, EPOCH, "ann"));
    CompletableFuture<Void> released = pipeline.onReleasing(SLOT, completedFuture(null));

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
}
