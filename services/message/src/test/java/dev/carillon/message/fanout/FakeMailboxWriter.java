package dev.carillon.message.fanout;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.InMemoryMailboxStore;
import dev.carillon.message.mailbox.MailboxUpdateBatch;
import dev.carillon.message.mailbox.MailboxUpdates;
import dev.carillon.runtime.errors.Refusal;
import java.util.ArrayDeque;
import java.util.Queue;

/// A mailbox writer that writes on the calling thread; while its store is away, updates wait.
final class FakeMailboxWriter implements MailboxUpdates {
  private final InMemoryMailboxStore store = new InMemoryMailboxStore();
  private final Queue<MailboxUpdateBatch> waiting = new ArrayDeque<>();
  private boolean full;
  private boolean failing;

  /// Makes the store fail; what waited is written when it is back.
  void setAway(boolean isAway) {
    store.setAway(isAway);
    writeAll();
  }

  /// Whether it takes updates only from callers that wait.
  void setFull(boolean isFull) {
    full = isFull;
  }

  /// Makes the next batch fail, as a bug would.
  void failOnce() {
    failing = true;
  }

  /// The newest message that the user's mailbox has of the conversation, 0 for none.
  long lastSeq(String userId, ConversationId conversation) {
    return store.thread(userId, conversation).lastSeq();
  }

  /// How many batches were written so far.
  int batches() {
    return store.transactions().size();
  }

  @Override
  public void submit(MailboxUpdateBatch batch) {
    if (failing) {
      failing = false;
      throw new IllegalStateException("on purpose");
    }
    waiting.add(batch);
    writeAll();
  }

  @Override
  public boolean offer(MailboxUpdateBatch batch) {
    if (!full) {
      submit(batch);
    }
    return !full;
  }

  private void writeAll() {
    for (MailboxUpdateBatch next = waiting.peek(); next != null; next = waiting.peek()) {
      try {
        store.update(next.updates());
      } catch (Refusal away) {
        return;
      }
      waiting.remove();
      next.durable(next.updates().size());
    }
  }
}
