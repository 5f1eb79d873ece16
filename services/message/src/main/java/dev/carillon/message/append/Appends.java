package dev.carillon.message.append;

import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Everything that is appended to the conversations of this instance's slots: one [AppendQueue] and
/// [AppendWriter] for each contiguous range of slots, so that no transaction crosses a shard while
/// there are no more shards than writers.
///
/// [#submit] and [#finish] may be called from any thread and never block.
public final class Appends implements AutoCloseable {
  private final List<AppendWriter> writers = new ArrayList<>();
  private final List<Metrics.Registration> gauges = new ArrayList<>();

  /// Starts the writers.
  public Appends(AppendDependencies dependencies) {
    ConversationMetrics metrics = new ConversationMetrics(dependencies.metrics());
    for (int index = 0; index < dependencies.limits().writers(); index++) {
      AppendWriter writer =
          new AppendWriter("carillon-message-writer-" + index, dependencies, metrics);
      writers.add(writer);
      gauges.add(metrics.queue(index, writer.queue()::changes));
      gauges.add(metrics.queueWait(index, writer.queue()::standingWait));
    }
    writers.forEach(writer -> writer.queue().start());
  }

  /// Takes a change; its outcome goes to `replies` under `itemId`, exactly once. A refusal because
  /// the slot is elsewhere or the queue is full is answered before this returns, and not flushed.
  public void submit(Change change, Replies replies, long itemId) {
    int slot = Slots.of(change.conversation().bytes());
    queue(slot).submit(slot, change, replies, itemId);
  }

  /// Completes when everything accepted for the slot is answered. Called when a handover began, so
  /// nothing new is accepted.
  public CompletableFuture<Void> finish(int slot) {
    return queue(slot).finish(slot);
  }

  /// Answers everything accepted, then ends the threads. Changes have deadlines, so it always comes
  /// to that.
  @Override
  public void close() {
    writers.forEach(writer -> writer.queue().refuseAll());
    writers.forEach(writer -> writer.queue().close());
    gauges.forEach(Metrics.Registration::close);
  }

  private AppendQueue queue(int slot) {
    return writers.get(Slots.part(slot, writers.size())).queue();
  }
}
