package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.message.fanout.ConversationFanOut.NextDelivery;
import dev.carillon.message.store.FanOutStore;
import java.util.List;
import java.util.Optional;

/// Reads from the store the messages of a conversation that are not in memory.
final class BacklogReader {
  private static final int PAGE = 100;

  private final FanOutStore store;
  private final SlotOwnership.Table ownerships;
  private final MailboxStage mailboxes;

  BacklogReader(FanOutStore store, SlotOwnership.Table ownerships, MailboxStage mailboxes) {
    this.store = store;
    this.ownerships = ownerships;
    this.mailboxes = mailboxes;
  }

  /// The next messages of a conversation, and its position after delivering them.
  record Page(Optional<AddressedMessages> messages, long reached) {}

  /// Reads the messages after a position, and has the mailboxes updated up to the head. Empty when
  /// the store does not know the conversation, whose fan-out ends.
  ///
  /// The head is read before the members, and nothing beyond that head is used, so that whoever
  /// joined or left with one of the messages is certainly among the members read.
  Optional<Page> read(ConversationFanOut conversation, NextDelivery.FromStore position) {
    Optional<Head> head = store.head(conversation.conversation());
    if (head.isEmpty()) {
      // Only a restored database forgets a conversation; its members find what is left by history.
      ownerships.drop(conversation);
    }
    return head.map(found -> read(conversation, position, found));
  }

  private Page read(ConversationFanOut conversation, NextDelivery.FromStore position, Head head) {
    long delivered = known(position.delivered(), head);
    long written = known(position.written(), head);
    List<Member> members = store.recipients(head, Math.min(delivered, written));
    List<StoredMessage> page = store.messages(conversation.conversation(), delivered, PAGE);
    List<TracedMessage> messages =
        page.stream()
            .filter(message -> message.seq() <= head.lastSeq())
            .map(message -> new TracedMessage(message, ""))
            .toList();
    conversation.positioned(head, members);
    mailboxes.startFor(conversation, false);
    if (messages.isEmpty()) {
      return new Page(Optional.empty(), Math.max(delivered, head.lastSeq()));
    }
    AddressedMessages next =
        new AddressedMessages(
            conversation.slot(),
            conversation.epoch(),
            members,
            messages,
            AddressedMessages.UNKNOWN);
    return new Page(Optional.of(next), next.lastSeq());
  }

  private static long known(long position, Head head) {
    return position == ConversationFanOut.UNKNOWN ? head.fannedSeq() : position;
  }
}
