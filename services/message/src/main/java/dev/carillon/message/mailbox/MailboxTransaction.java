package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one mailbox writer does with a batch: one transaction, repeated until it succeeds. Confined
/// to the writer's thread.
final class MailboxTransaction implements BatchStep<MailboxTransaction.Part> {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxTransaction.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final MailboxStore store;
  private final LongSupplier nanos;
  private final Counter written;
  private final Counter failures;
  private final Histogram batchSize;
  private final Histogram commitTime;
  private int failed;

  /// Updates of one batch that belong to one writer, few enough for one transaction.
  record Part(List<MailboxUpdate> updates, MailboxUpdateBatch batch) {
    int size() {
      return updates.size();
    }

    void durable() {
      batch.durable(size());
    }
  }

  MailboxTransaction(MailboxStore store, LongSupplier nanos, Metrics metrics) {
    this.store = store;
    this.nanos = nanos;
    this.written = metrics.counter("mailbox.updates", "Updates written to mailboxes");
    this.failures =
        metrics.counter("mailbox.failures", "Mailbox transactions that failed and were repeated");
    this.batchSize =
        metrics.histogram("mailbox.batch", "Updates per mailbox transaction", "1", Metrics.SIZES);
    this.commitTime = metrics.timer("mailbox.commit", "Time of one mailbox transaction");
  }

  @Override
  public Next run(List<Part> batch) {
    if (batch.isEmpty()) {
      // The loop looks again after a step that threw. No statement is made of nothing.
      return Next.WHEN_QUEUED;
    }
    List<MailboxUpdate> updates = merged(batch);
    long begun = nanos.getAsLong();
    try {
      store.update(updates);
    } catch (RuntimeException | Error e) {
      failed++;
      failures.increment();
      log(e);
      return new Next.Retry(BACKOFF.delay(failed));
    }
    failed = 0;
    commitTime.recordNanos(nanos.getAsLong() - begun);
    batchSize.record(updates.size());
    written.add(updates.size());
    batch.forEach(MailboxTransaction::report);
    return Next.WHEN_QUEUED;
  }

  /// One conversation that fails must not keep the others from their next updates.
  private static void report(Part part) {
    try {
      part.durable();
    } catch (RuntimeException | Error bug) {
      LOG.error("reporting written mailbox updates failed", bug);
    }
  }

  /// The newest update of each thread, in the order in which every writer locks the mailboxes.
  private static List<MailboxUpdate> merged(List<Part> batch) {
    Map<ThreadKey, MailboxUpdate> merged = new HashMap<>();
    for (Part part : batch) {
      for (MailboxUpdate update : part.updates()) {
        merged.merge(
            new ThreadKey(update.userId(), update.conversation()),
            update,
            (one, other) -> one.lastSeq() >= other.lastSeq() ? one : other);
      }
    }
    return merged.values().stream()
        .sorted(
            Comparator.comparing(MailboxUpdate::userId).thenComparing(MailboxUpdate::conversation))
        .toList();
  }

  private void log(Throwable failure) {
    boolean expected =
        failure instanceof Refusal refusal && refusal.reason().kind() == Kind.UNAVAILABLE;
    if (!expected) {
      LOG.error("writing mailbox updates failed, attempt {}; trying again", failed, failure);
    } else if (failed == 1) {
      LOG.warn(
          "writing mailbox updates failed, trying again until it works: {}", failure.getMessage());
    }
  }
}
