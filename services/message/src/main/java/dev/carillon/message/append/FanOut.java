package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.store.FanOutStore;
import java.util.List;

/// What happens after the commit: live delivery and mailboxes. Implemented by the fan-out pipeline,
/// called by the append path.
///
/// Threads: called from the batch writers' threads, several at once, but for one conversation
/// always from the same one and in the order of the commits. Calls must return at once and never
/// throw: a pipeline that is behind forgets the messages it was handed and reads them again from
/// [FanOutStore], where the commit left the conversation marked as pending. Retries: nothing is
/// repeated by the caller. A crash before the call is made good by whoever claims the slot next.
public interface FanOut {
  /// These messages are committed: everything that one commit added, each conversation once.
  void committed(List<Committed> commit);

  /// Messages of the conversation above its fan-out mark are committed, but what they are was not
  /// handed over (the outcome of a commit was learnt later): read them from the store.
  void behind(ConversationId conversation, int slot, long epoch);
}
