package dev.carillon.message.mailbox;

import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.slots.Slots;
import java.time.Duration;

/// The settings of the mailboxes' writers.
///
/// @param writers how many there are, and into how many parts of users syncs are divided, a power
///   of two; as many as the database has shards, or a multiple, so that no transaction crosses a
///   shard
/// @param queue how many bumps may wait for each
/// @param interval from the beginning of one transaction of a writer to that of the next, at least,
///   unless bumps are waiting that the first had no room for
public record MailboxConfig(int writers, int queue, Duration interval) {
  /// Refuses a number of writers that does not divide the slots, and a queue that takes nothing.
  public MailboxConfig {
    if (Integer.bitCount(writers) != 1 || writers > Slots.COUNT || queue < 1) {
      throw new IllegalArgumentException(
          "mailbox writers: "
              + writers
              + " with a queue of "
              + queue
              + " (expected: a power of two up to "
              + Slots.COUNT
              + ", and 1 or more)");
    }
  }

  /// Reads `CARILLON_MESSAGE_MAILBOX_WRITERS` (1), `_QUEUE` (20000) and `_INTERVAL` (5ms).
  public static MailboxConfig read(Settings settings) {
    int writers = settings.integer("CARILLON_MESSAGE_MAILBOX_WRITERS", 1, 1, Slots.COUNT);
    if (Integer.bitCount(writers) != 1) {
      settings.problem(
          "CARILLON_MESSAGE_MAILBOX_WRITERS: " + writers + " (expected: a power of two)");
      writers = Integer.highestOneBit(writers);
    }
    return new MailboxConfig(
        writers,
        settings.integer("CARILLON_MESSAGE_MAILBOX_QUEUE", 20_000, 100, 10_000_000),
        settings.duration(
            "CARILLON_MESSAGE_MAILBOX_INTERVAL",
            Duration.ofMillis(5),
            Duration.ZERO,
            Duration.ofSeconds(1)));
  }
}
