package dev.carillon.message.mailbox;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;

/// The writers of mailboxes: each owns the users of a contiguous range of slots and writes their
/// updates in batches, taking what has queued while its last transaction ran.
///
/// With as many writers as shards, or a multiple, and both powers of two, no transaction crosses a
/// shard. A full queue makes [#submit] wait. A transaction that fails is repeated until it
/// succeeds, for what waits behind it can only be written after it.
public final class MailboxWriter implements MailboxUpdates, AutoCloseable {
  /// What a transaction costs at least, here and in the database.
  public static final Duration TRANSACTION_COST = Duration.ofMillis(1);

  /// About so many updates a transaction: few enough that the locks on their rows are short.
  private static final int BATCH = 100;

  private final List<BatchLoop<MailboxTransaction.Part>> writers;
  private final Metrics.Registration queued;

  private MailboxWriter(List<BatchLoop<MailboxTransaction.Part>> writers, Metrics metrics) {
    this.writers = writers;
    this.queued =
        metrics.gauge(
            "mailbox.updates.queued",
            "Updates that wait for a mailbox writer",
            () -> writers.stream().mapToLong(BatchLoop::queued).sum());
  }

  /// Starts the writers.
  ///
  /// @param interval how long a writer pauses after a transaction
  /// @param nanos the monotonic clock
  public static MailboxWriter start(
      MailboxStore store,
      MailboxConfig config,
      BatchInterval interval,
      LongSupplier nanos,
      Metrics metrics) {
    List<BatchLoop<MailboxTransaction.Part>> writers =
        IntStream.range(0, config.writers())
            .mapToObj(i ->
                new BatchLoop<>(
                        "mailbox-writer-" + i, nanos, new MailboxTransaction(store, nanos, metrics))
                    .weight(MailboxTransaction.Part::size)
                    .queueLimit(config.queue())
                    .batchLimit(BATCH)
                    .interval(interval)
                    .start())
            .toList();
    return new MailboxWriter(writers, metrics);
  }

  @Override
  public void submit(MailboxUpdateBatch batch) throws InterruptedException {
    List<List<MailboxUpdate>> byWriter = new ArrayList<>(writers.size());
    writers.forEach(writer -> byWriter.add(new ArrayList<>()));
    for (MailboxUpdate update : batch.updates()) {
      byWriter.get(writerOf(update)).add(update);
    }
    for (int i = 0; i < writers.size(); i++) {
      List<MailboxTransaction.Part> parts =
          byWriter.get(i).stream()
              .gather(Gatherers.windowFixed(BATCH))
              .map(updates -> new MailboxTransaction.Part(updates, batch))
              .toList();
      for (MailboxTransaction.Part part : parts) {
        if (!writers.get(i).put(part)) {
          throw new InterruptedException("the mailbox writer is closed");
        }
      }
    }
  }

  /// Only what one transaction of one writer takes as a whole.
  @Override
  public boolean offer(MailboxUpdateBatch batch) {
    List<MailboxUpdate> updates = batch.updates();
    int writer = writerOf(updates.getFirst());
    return updates.size() <= BATCH
        && updates.stream().allMatch(update -> writerOf(update) == writer)
        && writers.get(writer).offer(new MailboxTransaction.Part(updates, batch));
  }

  private int writerOf(MailboxUpdate update) {
    return Slots.part(Slots.of(update.userId()), writers.size());
  }

  /// Stops; what has not been written yet is dropped, and its batches never become durable.
  @Override
  public void close() {
    queued.close();
    writers.forEach(BatchLoop::close);
  }
}
