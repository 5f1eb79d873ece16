package dev.carillon.message;

import dev.carillon.message.append.ConversationLimits;
import dev.carillon.message.append.ConversationLimits.Admission;
import dev.carillon.message.fanout.FanOutConfig;
import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;

/// The settings of the message service.
///
/// @param host what every service has
/// @param conversationDatabase where conversations and messages are kept
/// @param mailboxDatabase where mailboxes are kept
/// @param limits how much the append path allows itself
/// @param mailboxWriters how many batches of mailbox updates are written at a time on each shard
/// @param mailboxQueue how many updates may wait for each writer of mailboxes
/// @param fanOut how messages get to gateways and mailboxes
public record MessageConfig(
    HostConfig host,
    MySqlConfig conversationDatabase,
    MySqlConfig mailboxDatabase,
    ConversationLimits limits,
    int mailboxWriters,
    int mailboxQueue,
    FanOutConfig fanOut) {
  /// The name of the service.
  public static final String SERVICE = "message";

  static final String CONVERSATION_DATABASE = "carillon_conversation";
  static final String MAILBOX_DATABASE = "carillon_mailbox";

  /// A delivery names at most so many users.
  private static final int MAX_GROUP = 10_000;

  private static final int MAX_WRITERS = 64;

  /// Reads the settings `CARILLON_MESSAGE_…`, which the README lists, and what [HostConfig] and
  /// [MySqlConfig] read. More writers than connections are refused.
  public static MessageConfig read(Settings settings) {
    MessageConfig config =
        new MessageConfig(
            HostConfig.read(settings, SERVICE),
            MySqlConfig.read(settings, "CARILLON_MESSAGE", CONVERSATION_DATABASE),
            MySqlConfig.read(settings, "CARILLON_MESSAGE", MAILBOX_DATABASE),
            limits(settings),
            settings.integer("CARILLON_MESSAGE_MAILBOX_WRITERS", 1, 1, MAX_WRITERS),
            settings.integer("CARILLON_MESSAGE_MAILBOX_QUEUE", 20_000, 100, 10_000_000),
            FanOutConfig.read(settings));
    requireConnections(settings, "WRITERS", config.limits.writers(), config.conversationDatabase);
    requireConnections(settings, "MAILBOX_WRITERS", config.mailboxWriters, config.mailboxDatabase);
    return config;
  }

  /// A writer without a connection of its own would wait for another's transaction, and with it all
  /// that its slots have to write.
  private static void requireConnections(
      Settings settings, String name, int writers, MySqlConfig database) {
    int connections = database.pools().transactions();
    if (writers > connections) {
      settings.problem(
          "CARILLON_MESSAGE_%s: %s (expected: at most CARILLON_MESSAGE_MYSQL_POOL, %s)"
              .formatted(name, writers, connections));
    }
  }

  private static ConversationLimits limits(Settings settings) {
    ConversationLimits defaults = ConversationLimits.defaults();
    return new ConversationLimits(
        settings.integer("CARILLON_MESSAGE_WRITERS", defaults.writers(), 1, MAX_WRITERS),
        settings.integer("CARILLON_MESSAGE_BATCH", defaults.batchSize(), 1, 1_000),
        admission(settings, defaults.admission()),
        settings.number("CARILLON_MESSAGE_CACHE", defaults.cachedWeight(), 1_000, 1_000_000_000),
        (int) settings.size("CARILLON_MESSAGE_BODY_LIMIT", defaults.bodyBytes(), 1_024, 66_560),
        settings.integer("CARILLON_MESSAGE_GROUP_LIMIT", defaults.groupMembers(), 2, MAX_GROUP));
  }

  private static Admission admission(Settings settings, Admission defaults) {
    return new Admission(
        settings.integer("CARILLON_MESSAGE_QUEUE", defaults.queuedChanges(), 100, 1_000_000),
        settings.duration(
            "CARILLON_MESSAGE_QUEUE_WAIT",
            defaults.queueWait(),
            Duration.ofMillis(1),
            Duration.ofMinutes(1)),
        settings.duration(
            "CARILLON_MESSAGE_APPEND_TIMEOUT",
            defaults.appendTimeout(),
            Duration.ofMillis(100),
            Duration.ofMinutes(1)));
  }
}
