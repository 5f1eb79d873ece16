package dev.carillon.message.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.MySqlSession;
import dev.carillon.runtime.mysql.MySqlShard;
import dev.carillon.runtime.mysql.Row;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.Slots;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The mailboxes in MySQL.
///
/// A transaction first takes the mailboxes' rows, in user order, and holds them until it commits:
/// nobody else can take a version of these users meanwhile, so versions become visible in their
/// order, and two transactions cannot wait for each other.
public final class MySqlMailboxStore implements MailboxStore {
  /// The order in which transactions take the rows of devices, so that two cannot wait for each
  /// other.
  private static final Comparator<Device> DEVICE_ORDER =
      Comparator.comparing(Device::userId).thenComparing(Device::deviceId);

  private static final String TAKE_VERSIONS =
      "INSERT INTO mailbox (user_id, version, updated_at) VALUES";
  private static final String TAKE_VERSIONS_AGAIN =
      """
      ON DUPLICATE KEY UPDATE
        version = version + VALUES(version), updated_at = VALUES(updated_at)
      """;
  private static final String SELECT_VERSIONS =
      "SELECT user_id, version FROM mailbox WHERE user_id IN (?)";
  private static final String WRITE_THREADS =
      "INSERT INTO thread (user_id, conversation_id, version, last_seq, updated_at) VALUES";
  private static final String WRITE_THREADS_AGAIN =
      """
      ON DUPLICATE KEY UPDATE
        version = VALUES(version),
        last_seq = GREATEST(last_seq, VALUES(last_seq)),
        updated_at = VALUES(updated_at)
      """;
  private static final String SELECT_CHANGES =
      """
      SELECT conversation_id, version, last_seq
      FROM thread
      WHERE user_id = ? AND version > ? AND version <= ?
      ORDER BY version
      LIMIT ?
      """;
  private static final String SELECT_SYNCED =
      "SELECT synced_version FROM device WHERE user_id = ? AND device_id = ?";
  private static final String ACKNOWLEDGE =
      "INSERT INTO device (user_id, device_id, synced_version, updated_at) VALUES";
  private static final String ACKNOWLEDGE_AGAIN =
      """
      ON DUPLICATE KEY UPDATE
        synced_version = VALUES(synced_version), updated_at = VALUES(updated_at)
      """;
  private static final String WITHDRAW =
      """
      UPDATE device
      SET synced_version = ?, updated_at = ?
      WHERE user_id = ? AND device_id = ? AND synced_version > ?
      """;

  private final MySqlDatabase database;
  private final InstantSource clock;
  private final FailPoints failPoints;

  /// Mailboxes in `database`, whose schema is that of folder `schema/mailbox`.
  public MySqlMailboxStore(MySqlDatabase database, InstantSource clock, FailPoints failPoints) {
    this.database = database;
    this.clock = clock;
    this.failPoints = failPoints;
  }

  @Override
  public Shards shards() {
    return database.shards();
  }

  @Override
  public void update(Collection<MailboxUpdate> updates) {
    database.onEach(updates, update -> Slots.of(update.userId()), this::update);
  }

  private int update(MySqlShard shard, List<MailboxUpdate> updates) {
    Map<String, List<MailboxUpdate>> byUser = new TreeMap<>();
    updates.forEach(
        update -> byUser.computeIfAbsent(update.userId(), added -> new ArrayList<>()).add(update));
    Instant now = clock.instant();
    int written =
        shard.repeatable(session -> {
          int rows = update(session, byUser, now);
          failPoints.at(MessageStep.MAILBOX_BEFORE_COMMIT);
          return rows;
        });
    failPoints.at(MessageStep.MAILBOX_AFTER_COMMIT);
    return written;
  }

  private static int update(
      MySqlSession session, Map<String, List<MailboxUpdate>> byUser, Instant now) {
    List<@Nullable Object[]> mailboxes = new ArrayList<>(byUser.size());
    byUser.forEach(
        (user, updates) -> mailboxes.add(new Object[] {bytes(user), (long) updates.size(), now}));
    session.insert(TAKE_VERSIONS, TAKE_VERSIONS_AGAIN, mailboxes);

    Map<String, Long> versions = versions(session, byUser.keySet());
    List<@Nullable Object[]> threads = new ArrayList<>();
    byUser.forEach((user, updates) -> {
      long version = taken(versions, user) - updates.size();
      for (MailboxUpdate update : updates) {
        version++;
        threads.add(
            new Object[] {
              bytes(user), update.conversation().bytes(), version, update.lastSeq(), now
            });
      }
    });
    return session.insert(WRITE_THREADS, WRITE_THREADS_AGAIN, threads);
  }

  private static long taken(Map<String, Long> versions, String user) {
    Long version = versions.get(user);
    if (version == null) {
      throw new IllegalStateException(
          "mailbox of " + user + ": no row (expected: the one just written)");
    }
    return version;
  }

  @Override
  public Map<String, Long> versions(Collection<String> userIds) {
    Map<String, Long> versions = new HashMap<>();
    database
        .onEach(
            userIds, Slots::of, (shard, users) -> shard.read(session -> versions(session, users)))
        .forEach(versions::putAll);
    return versions;
  }

  private static Map<String, Long> versions(MySqlSession session, Collection<String> userIds) {
    List<byte[]> keys = userIds.stream().map(MySqlMailboxStore::bytes).toList();
    return session
        .query(
            SELECT_VERSIONS,
            row -> Map.entry(new String(row.bytes("user_id"), UTF_8), row.number("version")),
            keys)
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Override
  public Map<Range, List<ThreadRow>> changes(Collection<Range> ranges) {
    Map<Range, List<ThreadRow>> changes =
        readEach(
            SELECT_CHANGES,
            MySqlMailboxStore::threadRow,
            ranges,
            Range::userId,
            range ->
                new @Nullable Object[] {
                  bytes(range.userId()), range.afterVersion(), range.upToVersion(), range.limit()
                });
    changes.values().forEach(rows -> rows.sort(Comparator.comparingLong(ThreadRow::version)));
    return changes;
  }

  private static ThreadRow threadRow(Row row) {
    return new ThreadRow(
        ConversationId.of(row.bytes("conversation_id")),
        row.number("version"),
        row.number("last_seq"));
  }

  @Override
  public Map<Device, Long> syncedVersions(Collection<Device> devices) {
    Map<Device, Long> synced = new HashMap<>();
    readEach(
            SELECT_SYNCED,
            row -> row.number("synced_version"),
            devices,
            Device::userId,
            device -> new @Nullable Object[] {bytes(device.userId()), bytes(device.deviceId())})
        .forEach((device, found) -> synced.put(device, found.getFirst()));
    return synced;
  }

  /// What a query finds for each key; absent are keys for which it finds nothing.
  private <K, T> Map<K, List<T>> readEach(
      String sql,
      Row.Mapper<T> mapper,
      Collection<K> keys,
      Function<K, String> user,
      Function<K, @Nullable Object[]> parameters) {
    List<K> asked = keys.stream().distinct().toList();
    List<List<T>> found =
        database.readEach(asked, key -> Slots.of(user.apply(key)), sql, mapper, parameters);
    Map<K, List<T>> each = new HashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      if (!found.get(i).isEmpty()) {
        each.put(asked.get(i), found.get(i));
      }
    }
    return each;
  }

  @Override
  public void acknowledge(Map<Device, Long> versions) {
    Instant now = clock.instant();
    onEach(
        versions,
        (shard, entries) -> {
          List<@Nullable Object[]> rows = new ArrayList<>(entries.size());
          entries.forEach(each ->
              rows.add(
                  new Object[] {
                    bytes(each.getKey().userId()),
                    bytes(each.getKey().deviceId()),
                    each.getValue(),
                    now
                  }));
          failPoints.at(MessageStep.SYNC_BEFORE_ACKNOWLEDGE);
          int written =
              shard.repeatable(session -> session.insert(ACKNOWLEDGE, ACKNOWLEDGE_AGAIN, rows));
          failPoints.at(MessageStep.SYNC_AFTER_ACKNOWLEDGE);
          return written;
        });
  }

  @Override
  public void withdraw(Map<Device, Long> versions) {
    Instant now = clock.instant();
    onEach(
        versions,
        (shard, entries) ->
            shard.repeatable(session -> {
              int found = 0;
              for (Map.Entry<Device, Long> each : entries) {
                byte[] user = bytes(each.getKey().userId());
                byte[] device = bytes(each.getKey().deviceId());
                long version = each.getValue();
                found += session.update(WITHDRAW, version, now, user, device, version);
              }
              return found;
            }));
  }

  /// Works on the devices' versions of each shard, in the order in which all take the rows.
  private void onEach(
      Map<Device, Long> versions,
      BiFunction<MySqlShard, List<Map.Entry<Device, Long>>, Integer> work) {
    database.onEach(inOrder(versions).entrySet(), each -> Slots.of(each.getKey().userId()), work);
  }

  private static SortedMap<Device, Long> inOrder(Map<Device, Long> versions) {
    SortedMap<Device, Long> sorted = new TreeMap<>(DEVICE_ORDER);
    sorted.putAll(versions);
    return sorted;
  }

  private static byte[] bytes(String id) {
    return id.getBytes(UTF_8);
  }
}
