package dev.carillon.message.fanout;

import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.TracedMessage;
import java.util.List;

/// Messages of one conversation that are to be delivered, in seq order, and their recipients.
///
/// @param epoch the epoch in which this instance owns the conversation's slot
/// @param members those who may receive some of the messages
/// @param messages the messages, at least one
/// @param committedAt the monotonic time of the commit in nanoseconds, [#UNKNOWN] for messages that
///   were read from the store
record AddressedMessages(
    int slot, long epoch, List<Member> members, List<TracedMessage> messages, long committedAt) {
  static final long UNKNOWN = Long.MIN_VALUE;

  /// What one commit added to a conversation.
  static AddressedMessages of(Committed batch, long committedAt) {
    return new AddressedMessages(
        batch.slot(), batch.epoch(), batch.members(), batch.messages(), committedAt);
  }

  long firstSeq() {
    return messages.getFirst().message().seq();
  }

  long lastSeq() {
    return messages.getLast().message().seq();
  }

  /// Whether the member gets any of the messages.
  boolean reaches(Member member) {
    return member.joinSeq() <= lastSeq() && (member.present() || member.leftSeq() >= firstSeq());
  }

  /// Whether every member gets all of the messages.
  boolean uniform() {
    long first = firstSeq();
    return members.stream().allMatch(member -> member.present() && member.joinSeq() <= first);
  }

  /// About how much memory they take.
  long bytes() {
    return messages.stream().mapToLong(traced -> traced.message().weight()).sum();
  }

  /// How many users a gateway looks up that gets all of the messages for all of the members.
  long lookUps() {
    return (long) messages.size() * members.size();
  }
}
