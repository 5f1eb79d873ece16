package dev.carillon.message.fanout;

import dev.carillon.message.mailbox.MailboxUpdate;
import java.util.List;

/// The port to the mailbox writer.
@FunctionalInterface
public interface Mailboxes {
  /// Takes updates over, at least one; waits while there is no room for them.
  ///
  /// @param onDurable is run once all of them are durable, on any thread; never when the writer is
  ///   closed before
  void write(List<MailboxUpdate> updates, Runnable onDurable) throws InterruptedException;
}
