package dev.carillon.message.fanout;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.MailboxUpdate;
import dev.carillon.message.mailbox.InMemoryMailboxStore;
import dev.carillon.runtime.errors.Refusal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/// A mailbox writer that writes on the calling thread; while its store is away, updates wait.
final class FakeMailboxWriter implements Mailboxes {
  private final InMemoryMailboxStore store = new InMemoryMailboxStore();
  private final Queue<Update> waiting = new ArrayDeque<>();

  private record Update(List<MailboxUpdate> updates, Runnable onDurable) {}

  /// Makes the store fail; what waited is written when it is back.
  void setAway(boolean isAway) {
    store.setAway(isAway);
    writeAll();
  }

  /// The newest message that the user's mailbox has of the conversation, 0 for none.
  long lastSeq(String userId, ConversationId conversation) {
    return store.thread(userId, conversation).lastSeq();
  }

  /// How many updates were written so far, each for one or more mailboxes.
  int updates() {
    return store.transactions().size();
  }

  @Override
  public void write(List<MailboxUpdate> updates, Runnable onDurable) {
    waiting.add(new Update(updates, onDurable));
    writeAll();
  }

  private void writeAll() {
    for (Update next = waiting.peek(); next != null; next = waiting.peek()) {
      try {
        store.update(next.updates());
      } catch (Refusal away) {
        return;
      }
      waiting.remove();
      next.onDurable().run();
    }
  }
}
