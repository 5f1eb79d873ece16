package dev.carillon.sequence;

import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.MySqlSession;
import dev.carillon.runtime.mysql.MySqlShard;
import dev.carillon.runtime.slots.Shards;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Durable ends in MySQL: one row per key, many rows per transaction, three round trips however
/// many.
///
/// The upsert is the atomic step: it locks the row and computes the new end from the one it finds.
/// Rows are locked in key order, so transactions of different instances wait for each other and do
/// not deadlock.
final class MySqlSequenceStore implements SequenceStore {
  // `block_end` is only assigned after both expressions have read it, whether a server assigns from
  // left to right or all at once.
  private static final String ADVANCE =
      "INSERT INTO sequence_block (sequence_key, block_first, block_end) VALUES";
  private static final String ADVANCE_EXISTING =
      """
      ON DUPLICATE KEY UPDATE
        block_first = GREATEST(block_end, VALUES(block_first) - 1) + 1,
        block_end = GREATEST(block_end, VALUES(block_first) - 1)
          + VALUES(block_end) - VALUES(block_first) + 1
      """;
  private static final String SELECT_FIRSTS =
      "SELECT sequence_key, block_first AS number FROM sequence_block WHERE sequence_key IN (?)";
  private static final String SELECT_ENDS =
      "SELECT sequence_key, block_end AS number FROM sequence_block WHERE sequence_key IN (?)";

  private final MySqlDatabase database;
  private final FailPoints failPoints;

  MySqlSequenceStore(MySqlDatabase database, FailPoints failPoints) {
    this.database = database;
    this.failPoints = failPoints;
  }

  @Override
  public Shards shards() {
    return database.shards();
  }

  @Override
  public List<Long> advance(List<Advance> advances) {
    Map<SequenceKey, Long> firsts = new HashMap<>();
    database
        .onEach(advances, advance -> advance.key().slot(), this::advance)
        .forEach(firsts::putAll);
    return advances.stream()
        .map(advance ->
            Objects.requireNonNull(
                firsts.get(advance.key()),
                () -> "row of " + advance.key() + ": gone (expected: just written)"))
        .toList();
  }

  private Map<SequenceKey, Long> advance(MySqlShard shard, List<Advance> advances) {
    List<SequenceKey> keys = advances.stream().map(Advance::key).toList();
    List<@Nullable Object[]> rows = rows(advances);
    Map<SequenceKey, Long> firsts =
        shard.inTransaction(session -> {
          session.insert(ADVANCE, ADVANCE_EXISTING, rows);
          Map<SequenceKey, Long> found = numbers(session, SELECT_FIRSTS, keys);
          failPoints.at(SequenceStep.BLOCK_BEFORE_COMMIT);
          return found;
        });
    failPoints.at(SequenceStep.BLOCK_AFTER_COMMIT);
    return firsts;
  }

  @Override
  public List<Long> ends(List<SequenceKey> keys) {
    // Once: the caller has its own patience, shorter than that of a read that is tried again.
    Map<SequenceKey, Long> ends = new HashMap<>();
    database
        .onEach(
            keys,
            SequenceKey::slot,
            (shard, some) -> shard.readOnce(session -> numbers(session, SELECT_ENDS, some)))
        .forEach(ends::putAll);
    return keys.stream().map(key -> ends.getOrDefault(key, 0L)).toList();
  }

  private static List<@Nullable Object[]> rows(List<Advance> advances) {
    return advances.stream()
        .sorted(Comparator.comparing(Advance::key))
        .map(advance ->
            new @Nullable Object[] {
              advance.key().toBytes(), advance.above() + 1, advance.above() + advance.count()
            })
        .toList();
  }

  private static Map<SequenceKey, Long> numbers(
      MySqlSession session, String query, List<SequenceKey> keys) {
    Map<SequenceKey, Long> numbers = new HashMap<>();
    session.query(
        query,
        row -> numbers.put(new SequenceKey(row.bytes("sequence_key")), row.number("number")),
        keys.stream().map(SequenceKey::toBytes).toList());
    return numbers;
  }
}
