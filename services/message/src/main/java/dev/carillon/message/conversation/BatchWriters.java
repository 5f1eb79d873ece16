package dev.carillon.message.conversation;

import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// All writers of an owner, each with a contiguous range of slots of its own, so that no
/// transaction crosses a shard while there are no more shards than writers.
///
/// [#submit] and [#finish] may be called from any thread and never block.
public final class BatchWriters implements AutoCloseable {
  private final LongSupplier nanos;
  private final ConversationLimits limits;
  private final ConversationMetrics metrics;
  private final Intake intake;
  private final List<WriterThread> writers = new ArrayList<>();
  private final List<Metrics.Registration> gauges = new ArrayList<>();

  /// What the writers work on.
  ///
  /// @param store the tables
  /// @param sequence where numbers come from
  /// @param fanOut what is told after each commit
  /// @param slots which slots this process owns
  /// @param notices puts membership changes into words
  /// @param failPoints where they may be made to crash
  public record Ports(
      ConversationStore store,
      SequenceClient sequence,
      FanOut fanOut,
      OwnedSlots slots,
      MembershipNotices notices,
      FailPoints failPoints) {}

  /// @param clock tells when messages were stored
  /// @param nanos a monotonic clock in nanoseconds, for deadlines
  public BatchWriters(
      Ports ports,
      ConversationLimits limits,
      InstantSource clock,
      LongSupplier nanos,
      Metrics metrics) {
    this.nanos = nanos;
    this.limits = limits;
    this.metrics = new ConversationMetrics(metrics);
    this.intake = new Intake(ports.slots(), nanos, limits, this.metrics, writers::get);
    for (int index = 0; index < limits.writers(); index++) {
      writers.add(writer(index, ports, clock));
      int number = index;
      gauges.add(this.metrics.queue(index, () -> intake.queued(number)));
      gauges.add(this.metrics.queueWait(index, writers.get(number)::standingWait));
    }
    writers.forEach(WriterThread::start);
  }

  private WriterThread writer(int index, Ports ports, InstantSource clock) {
    NumberBlocks blocks = new NumberBlocks((int) Math.min(limits.cachedWeight(), 100_000));
    BatchPlanner planner =
        new BatchPlanner(
            ports.store(),
            new GroupRules(ports.notices(), limits.groupMembers()),
            clock,
            new ConversationCache(limits.cachedWeight()),
            blocks);
    return new WriterThread(
        index,
        new WriterThread.Ports(
            ports.sequence(), blocks, ports.failPoints(), () -> intake.isDone(index)),
        nanos,
        limits,
        numbers ->
            new BatchWriter(
                planner,
                new BatchWriter.Ports(
                    ports.store(),
                    ports.fanOut(),
                    ports.slots(),
                    intake::release,
                    ports.failPoints()),
                numbers,
                nanos,
                metrics));
  }

  /// Takes a change; its outcome goes to `replies` under `itemId`, exactly once. A refusal because
  /// the slot is elsewhere or the queue is full is answered before this returns, and not flushed.
  public void submit(Change change, Replies replies, long itemId) {
    intake.submit(change, replies, itemId);
  }

  /// Completes when everything accepted for the slot is answered. Called when a handover began, so
  /// nothing new is accepted.
  public CompletableFuture<Void> finish(int slot) {
    return intake.finish(slot);
  }

  /// Answers everything accepted, then ends the threads.
  @Override
  public void close() {
    intake.close();
    writers.forEach(WriterThread::close);
    gauges.forEach(Metrics.Registration::close);
  }
}
