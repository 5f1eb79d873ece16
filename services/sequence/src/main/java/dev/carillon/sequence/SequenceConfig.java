package dev.carillon.sequence;

import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.settings.Settings;
import java.util.Map;

/// The settings of the sequence service.
///
/// @param host what every service has
/// @param mysql the database with the durable ends
/// @param limits the sizes of what can pile up
public record SequenceConfig(HostConfig host, MySqlConfig mysql, Limits limits) {
  /// The name of the service.
  public static final String SERVICE = "sequence";

  static final String DATABASE = "carillon_sequence";

  private static final String PREFIX = "CARILLON_SEQUENCE";
  private static final int MAX_WRITERS = 64;

  /// The limits of everything that can pile up, each the setting `CARILLON_SEQUENCE_…` of its name.
  ///
  /// @param writers how many threads talk to each shard of the store; 2, up to 64
  /// @param residentKeys how many keys memory holds at most, over all slots; 1048576, at most 64
  ///   bytes each
  /// @param waiting how many requests may wait for the store at a time; 20000
  /// @param firstBlock how many numbers a new key is granted at a time; 64
  /// @param maxBlock how many numbers the hottest key is granted at a time; 10000, at least the
  ///   first block
  public record Limits(int writers, int residentKeys, int waiting, int firstBlock, int maxBlock) {}

  /// Reads what [HostConfig] and [MySqlConfig] read, and the [Limits].
  public static SequenceConfig read(Settings settings) {
    MySqlConfig mysql = MySqlConfig.read(settings, PREFIX, DATABASE);
    Limits limits = limits(settings);
    if (mysql.pools().transactions() < limits.writers()) {
      settings.problem(
          PREFIX
              + "_MYSQL_POOL: "
              + mysql.pools().transactions()
              + " (expected: one connection for each of the "
              + limits.writers()
              + " writers)");
    }
    return new SequenceConfig(HostConfig.read(settings, SERVICE), mysql, limits);
  }

  /// An instance on free ports of the loopback address with every limit at its default: for tests.
  public static SequenceConfig local(HostConfig host, MySqlConfig mysql) {
    return new SequenceConfig(host, mysql, limits(Settings.of(Map.of())));
  }

  private static Limits limits(Settings settings) {
    int writers = settings.integer(PREFIX + "_WRITERS", 2, 1, MAX_WRITERS);
    int firstBlock = settings.integer(PREFIX + "_FIRST_BLOCK", 64, 1, 1_000_000);
    int maxBlock = settings.integer(PREFIX + "_MAX_BLOCK", 10_000, 1, 1_000_000);
    if (maxBlock < firstBlock) {
      settings.problem(
          PREFIX + "_MAX_BLOCK: " + maxBlock + " (expected: at least " + firstBlock + ")");
    }
    return new Limits(
        writers,
        settings.integer(PREFIX + "_RESIDENT_KEYS", 1 << 20, 1 << 10, 1 << 30),
        settings.integer(PREFIX + "_WAITING", 20_000, MAX_WRITERS, 10_000_000),
        firstBlock,
        maxBlock);
  }
}
