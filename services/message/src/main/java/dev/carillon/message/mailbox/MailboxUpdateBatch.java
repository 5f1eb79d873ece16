package dev.carillon.message.mailbox;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The updates of several users' mailboxes that belong together: the members of one conversation
/// have the same new message.
///
/// Reports once that all of them are durable, on a writer's thread; never when the writer is closed
/// before.
public final class MailboxUpdateBatch {
  private final List<MailboxUpdate> updates;
  private final Runnable onDurable;
  private final AtomicInteger left;

  /// @param updates at least one
  /// @param onDurable runs when all updates are durable, quickly and without blocking
  public MailboxUpdateBatch(List<MailboxUpdate> updates, Runnable onDurable) {
    if (updates.isEmpty()) {
      throw new IllegalArgumentException("updates: none (expected: at least 1)");
    }
    this.updates = List.copyOf(updates);
    this.onDurable = onDurable;
    this.left = new AtomicInteger(this.updates.size());
  }

  /// The updates.
  public List<MailboxUpdate> updates() {
    return updates;
  }

  /// `count` more of the updates are durable.
  public void durable(int count) {
    if (left.addAndGet(-count) == 0) {
      onDurable.run();
    }
  }
}
