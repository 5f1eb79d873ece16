package dev.carillon.message.fanout;

import dev.carillon.message.conversation.FanOutStore;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.TracedMessage;
import java.util.List;
import java.util.Optional;

/// Reads from the store what a lane does not hold in memory.
final class StoredPortions {
  private static final int PAGE = 100;

  private final FanOutStore store;

  StoredPortions(FanOutStore store) {
    this.store = store;
  }

  /// The next messages of a lane.
  ///
  /// @param portion the messages; empty when there are none
  /// @param reached the position after delivering them
  record Page(Optional<Portion> portion, long reached) {}

  /// Reads the messages after the position and tells the lane where its conversation stands.
  ///
  /// The head is read before the members, and nothing beyond that head is used, so that whoever
  /// joined or left with one of the messages is certainly among the members read.
  Page read(Lane lane, Work.Stored position) {
    Optional<Head> found = store.head(lane.conversation());
    if (found.isEmpty()) {
      // Only a restored database forgets a conversation; its members find what is left by history.
      lane.tenure().remove(lane);
      return new Page(Optional.empty(), position.delivered());
    }
    Head head = found.get();
    long delivered = position.delivered() == Lane.UNKNOWN ? head.fannedSeq() : position.delivered();
    long bumped = position.bumped() == Lane.UNKNOWN ? head.fannedSeq() : position.bumped();
    List<Member> members = store.recipients(head, Math.min(delivered, bumped));
    List<StoredMessage> page = store.messages(lane.conversation(), delivered, PAGE);
    List<TracedMessage> messages =
        page.stream()
            .filter(message -> message.seq() <= head.lastSeq())
            .map(message -> new TracedMessage(message, ""))
            .toList();
    lane.positioned(head, members);
    if (messages.isEmpty()) {
      return new Page(Optional.empty(), Math.max(delivered, head.lastSeq()));
    }
    return new Page(
        Optional.of(new Portion(lane, members, messages, 0)), messages.getLast().message().seq());
  }
}
