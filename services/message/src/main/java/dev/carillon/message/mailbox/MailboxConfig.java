package dev.carillon.message.mailbox;

import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.slots.Slots;

/// The settings of the mailboxes' writers.
///
/// @param writers how many there are, and into how many parts of users syncs are divided, a power
///   of two; as many as the database has shards, or a multiple, so that no transaction crosses a
///   shard
/// @param queue how many updates may wait for each
public record MailboxConfig(int writers, int queue) {
  /// Reads `CARILLON_MESSAGE_MAILBOX_WRITERS` (1) and `_QUEUE` (20000).
  public static MailboxConfig read(Settings settings) {
    int writers = settings.integer("CARILLON_MESSAGE_MAILBOX_WRITERS", 1, 1, Slots.COUNT);
    if (Integer.bitCount(writers) != 1) {
      settings.problem(
          "CARILLON_MESSAGE_MAILBOX_WRITERS: " + writers + " (expected: a power of two)");
    }
    return new MailboxConfig(
        writers, settings.integer("CARILLON_MESSAGE_MAILBOX_QUEUE", 20_000, 100, 10_000_000));
  }
}
