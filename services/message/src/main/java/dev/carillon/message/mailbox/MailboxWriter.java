package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.slots.SlotParts;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The writers of mailboxes: each owns the users of a stretch of slots of one shard and writes
/// their updates in batches, taking what has queued while its last transaction ran. When the shards
/// change, a writer that lost its slots writes what it has, beside its successors: the order of a
/// mailbox's updates is made by the store.
///
/// A full queue makes [#submit] wait. A transaction that fails is repeated until it succeeds, for
/// what waits behind it can only be written after it.
public final class MailboxWriter implements MailboxUpdates, AutoCloseable {
  /// What a transaction counts for when the pause after it is chosen. It costs about 1 ms, here and
  /// in the database; it counts for more because no delivery waits for a mailbox.
  public static final Duration TRANSACTION_COST = Duration.ofMillis(4);

  private static final Logger LOG = LoggerFactory.getLogger(MailboxWriter.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  /// About so many updates a transaction: few enough that the locks on their rows are short.
  private static final int BATCH = 100;

  private final SlotParts<BatchLoop<Part>> writers;
  private final AtomicInteger made = new AtomicInteger();
  private final Metrics.Registration queued;
  private volatile boolean closed;

  /// Updates of one batch that belong to one writer, few enough for one transaction.
  record Part(List<MailboxUpdate> updates, MailboxUpdateBatch batch) {
    int size() {
      return updates.size();
    }
  }

  private MailboxWriter(int perShard, IntFunction<BatchLoop<Part>> writer, Metrics metrics) {
    this.writers =
        new SlotParts<>(
            perShard,
            (slots, before) -> writer.apply(made.getAndIncrement()).start(),
            BatchLoop::beginFinish);
    this.queued =
        metrics.gauge(
            "mailbox.updates.queued",
            "Updates that wait for a mailbox writer",
            () -> writers.all().stream().mapToLong(BatchLoop::queued).sum());
  }

  /// Starts the writers.
  ///
  /// @param perShard how many transactions run at a time on each shard
  /// @param queueLimit how many updates may wait for each
  /// @param interval how long a writer pauses after a transaction
  /// @param nanos the monotonic clock
  public static MailboxWriter start(
      MailboxStore store,
      int perShard,
      int queueLimit,
      BatchInterval interval,
      LongSupplier nanos,
      Metrics metrics) {
    MailboxWriter writer =
        new MailboxWriter(
            perShard,
            number ->
                new BatchLoop<Part>(
                        "mailbox-writer-" + number, nanos, new Transaction(store, nanos, metrics))
                    .weight(Part::size)
                    .queueLimit(queueLimit)
                    .batchLimit(BATCH)
                    .interval(interval),
            metrics);
    store.shards().follow(writer.writers::become);
    return writer;
  }

  @Override
  public void submit(MailboxUpdateBatch batch) throws InterruptedException {
    Map<BatchLoop<Part>, List<MailboxUpdate>> byWriter =
        batch.updates().stream().collect(Collectors.groupingBy(this::writerOf));
    for (Map.Entry<BatchLoop<Part>, List<MailboxUpdate>> each : byWriter.entrySet()) {
      for (List<MailboxUpdate> updates :
          each.getValue().stream().gather(Gatherers.windowFixed(BATCH)).toList()) {
        put(each.getKey(), new Part(updates, batch));
      }
    }
  }

  /// A writer that was retired since it was chosen takes nothing more; any other may write for its
  /// slots, and a transaction that meets two shards is divided.
  private void put(BatchLoop<Part> chosen, Part part) throws InterruptedException {
    BatchLoop<Part> writer = chosen;
    while (!writer.put(part)) {
      if (closed) {
        throw new InterruptedException("the mailbox writer is closed");
      }
      writer = writerOf(part.updates().getFirst());
    }
  }

  /// Only what one transaction of one writer takes as a whole.
  @Override
  public boolean offer(MailboxUpdateBatch batch) {
    List<MailboxUpdate> updates = batch.updates();
    BatchLoop<Part> writer = writerOf(updates.getFirst());
    return updates.size() <= BATCH
        && updates.stream().allMatch(update -> writerOf(update).equals(writer))
        && writer.offer(new Part(updates, batch));
  }

  private BatchLoop<Part> writerOf(MailboxUpdate update) {
    return writers.of(Slots.of(update.userId()));
  }

  /// Stops; what has not been written yet is dropped, and its batches never become durable.
  @Override
  public void close() {
    closed = true;
    queued.close();
    writers.all().forEach(BatchLoop::close);
  }

  /// What one mailbox writer does with a batch: one transaction, repeated until it succeeds.
  /// Confined to the writer's thread.
  static final class Transaction implements BatchStep<Part> {
    private final MailboxStore store;
    private final LongSupplier nanos;
    private final Counter written;
    private final Counter failures;
    private final Histogram batchSize;
    private final Histogram commitTime;
    private int failed;

    Transaction(MailboxStore store, LongSupplier nanos, Metrics metrics) {
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
      batch.forEach(Transaction::report);
      return Next.WHEN_QUEUED;
    }

    /// One conversation that fails must not keep the others from their next updates.
    private static void report(Part part) {
      try {
        part.batch().durable(part.size());
      } catch (RuntimeException | Error bug) {
        LOG.error("reporting written mailbox updates failed", bug);
      }
    }

    /// The newest update of each thread, in the order in which every writer locks the mailboxes.
    private static List<MailboxUpdate> merged(List<Part> batch) {
      Map<ThreadKey, MailboxUpdate> merged =
          batch.stream()
              .flatMap(part -> part.updates().stream())
              .collect(
                  Collectors.toMap(
                      update -> new ThreadKey(update.userId(), update.conversation()),
                      update -> update,
                      BinaryOperator.maxBy(Comparator.comparingLong(MailboxUpdate::lastSeq))));
      return merged.values().stream()
          .sorted(
              Comparator.comparing(MailboxUpdate::userId)
                  .thenComparing(MailboxUpdate::conversation))
          .toList();
    }

    private void log(Throwable failure) {
      boolean expected =
          failure instanceof Refusal refusal && refusal.reason().kind() == Kind.UNAVAILABLE;
      if (!expected) {
        LOG.error("writing mailbox updates failed, attempt {}; trying again", failed, failure);
      } else if (failed == 1) {
        LOG.warn(
            "writing mailbox updates failed, trying again until it works: {}",
            failure.getMessage());
      }
    }
  }
}
