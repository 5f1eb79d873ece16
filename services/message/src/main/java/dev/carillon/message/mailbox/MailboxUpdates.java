package dev.carillon.message.mailbox;

/// The port to the mailbox writer.
///
/// Threads: any. When the updates of a batch are durable, the batch reports it.
public interface MailboxUpdates {
  /// Takes a batch over; waits while there is no room for it.
  ///
  /// @throws InterruptedException when interrupted, or when the writer is closed; some of the
  ///   updates may then be written all the same
  void submit(MailboxUpdateBatch batch) throws InterruptedException;

  /// Takes a batch over if that is possible at once; never waits.
  ///
  /// @return false when nothing was taken over
  boolean offer(MailboxUpdateBatch batch);
}
