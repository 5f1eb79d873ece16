package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.slots.Shards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Mailboxes in memory, which can be away.
public final class InMemoryMailboxStore implements MailboxStore {
  private final Shards shards = Shards.one();
  private final Map<String, Long> versions = new HashMap<>();
  private final Map<String, Map<ConversationId, ThreadRow>> threads = new HashMap<>();
  private final Map<Device, Long> devices = new HashMap<>();
  private final List<List<MailboxUpdate>> transactions = new ArrayList<>();
  private boolean away;
  private boolean failing;
  private int calls;

  @Override
  public Shards shards() {
    return shards;
  }

  /// Makes every call fail until it is back.
  public synchronized void setAway(boolean isAway) {
    away = isAway;
    notifyAll();
  }

  /// Makes the next call end with an error, as a bug would.
  synchronized void failOnce() {
    failing = true;
  }

  /// How often it was called.
  synchronized int calls() {
    return calls;
  }

  /// The updates of every transaction so far.
  public synchronized List<List<MailboxUpdate>> transactions() {
    return List.copyOf(transactions);
  }

  /// The user's thread; its `last_seq` is 0 when there is none.
  public synchronized ThreadRow thread(String userId, ConversationId conversation) {
    return threads
        .getOrDefault(userId, Map.of())
        .getOrDefault(conversation, new ThreadRow(conversation, 0, 0));
  }

  @Override
  public synchronized void update(Collection<MailboxUpdate> updates) {
    check();
    transactions.add(List.copyOf(updates));
    for (MailboxUpdate update : updates) {
      long version = versions.merge(update.userId(), 1L, Long::sum);
      threads
          .computeIfAbsent(update.userId(), added -> new HashMap<>())
          .merge(
              update.conversation(),
              new ThreadRow(update.conversation(), version, update.lastSeq()),
              (was, now) ->
                  new ThreadRow(
                      was.conversation(), now.version(), Math.max(was.lastSeq(), now.lastSeq())));
    }
  }

  @Override
  public synchronized Map<String, Long> versions(Collection<String> userIds) {
    check();
    Map<String, Long> found = new HashMap<>(versions);
    found.keySet().retainAll(userIds);
    return found;
  }

  @Override
  public synchronized Map<Range, List<ThreadRow>> changes(Collection<Range> ranges) {
    check();
    Map<Range, List<ThreadRow>> changes = new HashMap<>();
    for (Range range : ranges) {
      List<ThreadRow> rows = changes(range);
      if (!rows.isEmpty()) {
        changes.put(range, rows);
      }
    }
    return changes;
  }

  private List<ThreadRow> changes(Range range) {
    return threads.getOrDefault(range.userId(), Map.of()).values().stream()
        .filter(row -> row.version() > range.afterVersion() && row.version() <= range.upToVersion())
        .sorted(Comparator.comparingLong(ThreadRow::version))
        .limit(range.limit())
        .toList();
  }

  @Override
  public synchronized Map<Device, Long> syncedVersions(Collection<Device> asked) {
    check();
    Map<Device, Long> found = new HashMap<>(devices);
    found.keySet().retainAll(asked);
    return found;
  }

  @Override
  public synchronized void acknowledge(Map<Device, Long> acknowledged) {
    check();
    devices.putAll(acknowledged);
  }

  @Override
  public synchronized void withdraw(Map<Device, Long> withdrawn) {
    check();
    withdrawn.forEach((device, version) ->
        devices.computeIfPresent(device, (same, was) -> Math.min(was, version)));
  }

  private void check() {
    calls++;
    if (failing) {
      failing = false;
      throw new AssertionError("on purpose");
    }
    if (away) {
      throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "the store of the test is away");
    }
  }
}
