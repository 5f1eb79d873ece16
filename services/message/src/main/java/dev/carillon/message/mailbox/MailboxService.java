package dev.carillon.message.mailbox;

import dev.carillon.message.store.ThreadReader;
import dev.carillon.runtime.batch.Coalescer;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/// What devices read of mailboxes: the changes since a version, in pages, and the versions
/// themselves.
///
/// A sync freezes the mailbox's version at its first page and ends there. A thread that changes
/// meanwhile moves above that version and out of this sync: it is not lost, for the device is
/// complete up to the frozen version only and finds the thread with its next sync or heartbeat.
///
/// Pages that are asked for at the same time are read together, see [Coalescer]: two executions run
/// at once for each shard, of users of that shard.
///
/// Blocking and thread-safe. Fails with a [Refusal] of kind UNAVAILABLE when the database is away,
/// `OVERLOADED` when a page waited 10 s for its turn.
public final class MailboxService {
  private static final Coalescer.Limits LIMITS =
      new Coalescer.Limits(2, 64, 10_000, Duration.ofSeconds(10));

  private final MailboxStore mailboxes;
  private final Coalescer<Integer, SyncRequest, SyncPage> pages;

  /// Reads mailboxes from one store and what their threads hold from the other.
  ///
  /// @param timer where pages are refused that have waited too long
  /// @param nanos the monotonic clock
  public MailboxService(
      MailboxStore mailboxes,
      ThreadReader conversations,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      Metrics metrics) {
    this.mailboxes = mailboxes;
    SyncReader reader = new SyncReader(mailboxes, conversations);
    Histogram sizes =
        metrics.histogram(
            "mailbox.sync.batch", "Pages for devices that are read together", "1", Metrics.SIZES);
    this.pages =
        Coalescer.blocking(
            shard ->
                calls -> {
                  sizes.record(calls.size());
                  reader.read(calls);
                },
            LIMITS,
            timer,
            nanos);
    metrics.gauge("mailbox.sync.waiting", "Pages that wait to be read", pages::waiting);
  }

  /// A page of a sync. Refuses with `PAGE_TOKEN_INVALID` a token of a version that the mailbox has
  /// not reached.
  public SyncPage page(SyncRequest request) {
    int slot = Slots.of(request.device().userId());
    return pages.call(Shards.indexOf(slot, mailboxes.shards().ranges()), request);
  }

  /// The versions of mailboxes, in the order asked; 0 for one that has never changed.
  public List<Long> versions(List<String> userIds) {
    Map<String, Long> found = mailboxes.versions(userIds);
    return userIds.stream().map(user -> found.getOrDefault(user, 0L)).toList();
  }
}
