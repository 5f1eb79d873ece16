package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.TracedMessage;
import java.util.List;

/// Messages of one conversation that are to be delivered now, in seq order, and whom they may
/// reach.
///
/// @param lane whose they are
/// @param members who may have to get some of them
/// @param messages the messages, at least one
/// @param committedAt the monotonic time of the commit in nanoseconds, 0 when not known
record Portion(Lane lane, List<Member> members, List<TracedMessage> messages, long committedAt) {
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
}
