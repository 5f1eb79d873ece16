package dev.carillon.client;

import java.util.OptionalLong;
import java.util.Set;

/// The store for the positions up to which a device has processed messages, so that a restart
/// continues there.
///
/// One store belongs to one device of one user. The client calls it from one thread at a time,
/// never concurrently. What a store has taken must survive what the application wants to survive: a
/// store that forgets leads to messages being handed over again, never to a loss. Exceptions are
/// passed to [MessageListener#onError] and the message is handed over again later.
public interface CursorStore {
  /// The seq of the last message processed in a conversation. Empty: none ever was.
  OptionalLong lastSeq(ConversationId conversationId);

  /// Remembers that everything in a conversation up to `seq` is processed; a smaller one than
  /// before when the server's database was restored.
  void processed(ConversationId conversationId, long seq);

  /// The mailbox version up to which the device is complete, 0 at first.
  long mailboxVersion();

  /// Remembers that the device is complete up to a mailbox version; a smaller one than before when
  /// the server's database was restored.
  void completeUpTo(long mailboxVersion);

  /// Forgets the conversations that are not among `known`: the server's database was restored, and
  /// what it does not hold any more it will number anew.
  void forgetAllBut(Set<ConversationId> known);
}
