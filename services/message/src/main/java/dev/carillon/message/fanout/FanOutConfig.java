package dev.carillon.message.fanout;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.function.LongSupplier;

/// The settings of fan-out.
///
/// @param dispatchers how many threads deliver to gateways what the committing threads do not, each
///   for its share of the conversations
/// @param memory how many bytes of committed messages may wait in memory for delivery; what exceeds
///   it is read again from the store
/// @param conversations how many conversations may be in fan-out at once; what exceeds it is found
///   again by its pending mark
/// @param idle how long a conversation is quiet before its pending mark is removed
/// @param progress how often the mark of a conversation that is never quiet moves
/// @param rescan how often owned slots are searched for conversations that are pending and not in
///   fan-out, such as those of an earlier owner that committed a last time after its successor had
///   scanned the slot
/// @param mailboxInterval the time from one update of a conversation's mailboxes to the next, at
///   least, while many conversations are active; for each member it is a millisecond longer
/// @param presenceCost what it costs to ask presence where users are, in users whom a gateway looks
///   up in vain; while a broadcast is cheaper, as it is with one gateway, only large audiences are
///   asked for
/// @param presenceTimeout how long presence may take to answer; then messages are broadcast
public record FanOutConfig(
    int dispatchers,
    long memory,
    int conversations,
    Duration idle,
    Duration progress,
    Duration rescan,
    Duration mailboxInterval,
    int presenceCost,
    Duration presenceTimeout) {
  /// The most messages that one conversation may have waiting in memory.
  static final int CONVERSATION_MESSAGES = 1_000;

  private static final long MIB = 1 << 20;

  /// The monotonic clock of fan-out, and how long its loops pause after a batch.
  public record Timing(LongSupplier nanos, BatchInterval interval) {}

  /// Reads the settings `CARILLON_MESSAGE_FANOUT_…`.
  public static FanOutConfig read(Settings settings) {
    String prefix = "CARILLON_MESSAGE_FANOUT";
    Duration shortest = Duration.ofMillis(10);
    Duration longest = Duration.ofMinutes(1);
    return new FanOutConfig(
        settings.integer(prefix + "_DISPATCHERS", 1, 1, 64),
        settings.size(prefix + "_MEMORY", 64 * MIB, 0, 16_384 * MIB),
        settings.integer(prefix + "_CONVERSATIONS", 100_000, 1, 10_000_000),
        settings.duration(prefix + "_IDLE", Duration.ofSeconds(1), shortest, longest),
        settings.duration(prefix + "_PROGRESS", Duration.ofSeconds(5), shortest, longest),
        settings.duration(
            prefix + "_RESCAN", Duration.ofSeconds(30), shortest, Duration.ofHours(1)),
        settings.duration(
            prefix + "_MAILBOX_INTERVAL",
            Duration.ofMillis(500),
            Duration.ZERO,
            Duration.ofSeconds(2)),
        settings.integer(prefix + "_PRESENCE_COST", 64, 0, 1_000_000),
        settings.duration(prefix + "_PRESENCE_TIMEOUT", Duration.ofMillis(500), shortest, longest));
  }
}
