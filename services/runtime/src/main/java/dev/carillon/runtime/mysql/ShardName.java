package dev.carillon.runtime.mysql;

import dev.carillon.runtime.slots.SlotRange;
import dev.carillon.runtime.slots.Slots;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A shard as Vitess names it: the keyspace and the stretch of keyspace ids in hexadecimal digits,
/// `-80`, `80-c0`. Nobody else knows such names.
///
/// @param keyspace the database
/// @param name empty on a server without shards
record ShardName(String keyspace, String name) {
  private static final Pattern RANGE = Pattern.compile("([0-9a-f]{0,16})-([0-9a-f]{0,16})");
  private static final Pattern UNSHARDED = Pattern.compile("0|-");
  private static final int DIGITS = 16;
  private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(Slots.COUNT);

  /// The one shard of a server that knows none.
  static ShardName whole(String database) {
    return new ShardName(database, "");
  }

  /// As it stands in metrics and logs.
  String label() {
    return name.isEmpty() ? "-" : name;
  }

  /// The slots that lie on it.
  ///
  /// @throws IllegalStateException when it begins or ends within a slot
  SlotRange slots() {
    if (name.isEmpty() || UNSHARDED.matcher(name).matches()) {
      return SlotRange.ALL;
    }
    Matcher range = RANGE.matcher(name);
    if (!range.matches()) {
      throw unusable();
    }
    int from = range.group(1).isEmpty() ? 0 : slot(range.group(1));
    int to = range.group(2).isEmpty() ? Slots.COUNT : slot(range.group(2));
    if (from >= to) {
      throw unusable();
    }
    return new SlotRange(from, to);
  }

  private int slot(String digits) {
    long id = Long.parseUnsignedLong(digits + "0".repeat(DIGITS - digits.length()), DIGITS);
    if (id << Long.numberOfTrailingZeros(Slots.COUNT) != 0) {
      throw unusable();
    }
    return (int) (id >>> SHIFT);
  }

  private IllegalStateException unusable() {
    return new IllegalStateException(
        "shard %s/%s (expected: cut at multiples of 1/%s, for example -80 and 80-)"
            .formatted(keyspace, name, Slots.COUNT));
  }

  /// Runs `work` so that its statements go to this shard, whatever they name.
  <T extends @Nullable Object> T within(MySqlSession session, Function<MySqlSession, T> work) {
    if (name.isEmpty()) {
      return work.apply(session);
    }
    session.use(keyspace + ":" + name);
    try {
      return work.apply(session);
    } finally {
      session.use(keyspace);
    }
  }
}
