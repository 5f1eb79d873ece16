package dev.carillon.message.fanout;

import dev.carillon.runtime.settings.Settings;
import java.time.Duration;

/// The settings of fan-out.
///
/// @param dispatchers how many threads hand messages to gateways, each for its share of the
///   conversations
/// @param interval from the beginning of one round of a thread to that of the next, at least
/// @param memory how many bytes of committed messages may wait in memory for delivery; what exceeds
///   it is read again from the store
/// @param conversations how many conversations may be in fan-out at once; what exceeds it is found
///   again by its pending mark
/// @param idle how long a conversation is quiet before its pending mark is taken off
/// @param progress how often the mark of a conversation that is never quiet moves
/// @param rescan how often owned slots are searched for conversations that are pending and nobody
///   is at, such as those of an earlier owner that committed a last time after it had been
///   succeeded
/// @param bumpInterval how often, while many conversations talk, the mailboxes of one
///   conversation's members are told at most; for each member it is a millisecond longer
/// @param presence how presence is asked where users are
public record FanOutConfig(
    int dispatchers,
    Duration interval,
    long memory,
    int conversations,
    Duration idle,
    Duration progress,
    Duration rescan,
    Duration bumpInterval,
    Presence presence) {
  /// The most messages that one conversation may have waiting in memory.
  static final int LANE_MESSAGES = 1_000;

  private static final long MIB = 1 << 20;

  /// How presence is asked where users are.
  ///
  /// @param questionCost what a question costs, in users of whom a gateway is told in vain; while
  ///   it is cheaper to tell every gateway, as it is when there is one, presence is not asked but
  ///   for crowds
  /// @param timeout how long presence may take to tell, before all gateways are told
  public record Presence(int questionCost, Duration timeout) {
    private static Presence read(Settings settings, String prefix) {
      return new Presence(
          settings.integer(prefix + "_COST", 64, 0, 1_000_000),
          settings.duration(
              prefix + "_TIMEOUT",
              Duration.ofMillis(500),
              Duration.ofMillis(10),
              Duration.ofMinutes(1)));
    }
  }

  /// Refuses limits that would let nothing through.
  public FanOutConfig {
    if (dispatchers < 1 || memory < 0 || conversations < 1) {
      throw new IllegalArgumentException(
          "dispatchers: "
              + dispatchers
              + ", memory: "
              + memory
              + ", conversations: "
              + conversations
              + " (expected: positive)");
    }
  }

  /// Reads `CARILLON_MESSAGE_FANOUT_DISPATCHERS` (1), `_INTERVAL` (5ms), `_MEMORY` (64MiB),
  /// `_CONVERSATIONS` (100000), `_IDLE` (1s), `_PROGRESS` (5s), `_RESCAN` (30s), `_BUMP_INTERVAL`
  /// (500ms), `_PRESENCE_COST` (64) and `_PRESENCE_TIMEOUT` (500ms).
  public static FanOutConfig read(Settings settings) {
    String prefix = "CARILLON_MESSAGE_FANOUT";
    Duration shortest = Duration.ofMillis(10);
    Duration longest = Duration.ofMinutes(1);
    return new FanOutConfig(
        settings.integer(prefix + "_DISPATCHERS", 1, 1, 64),
        settings.duration(
            prefix + "_INTERVAL", Duration.ofMillis(5), Duration.ZERO, Duration.ofSeconds(1)),
        settings.size(prefix + "_MEMORY", 64 * MIB, 0, 16_384 * MIB),
        settings.integer(prefix + "_CONVERSATIONS", 100_000, 1, 10_000_000),
        settings.duration(prefix + "_IDLE", Duration.ofSeconds(1), shortest, longest),
        settings.duration(prefix + "_PROGRESS", Duration.ofSeconds(5), shortest, longest),
        settings.duration(
            prefix + "_RESCAN", Duration.ofSeconds(30), shortest, Duration.ofHours(1)),
        settings.duration(
            prefix + "_BUMP_INTERVAL",
            Duration.ofMillis(500),
            Duration.ZERO,
            Duration.ofSeconds(2)),
        Presence.read(settings, prefix + "_PRESENCE"));
  }
}
