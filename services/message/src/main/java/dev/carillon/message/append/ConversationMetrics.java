package dev.carillon.message.append;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// What the append path reports of itself.
final class ConversationMetrics {
  private final Metrics metrics;
  final Counter stored;
  final Counter duplicates;
  final Counter refused;
  final Counter overloaded;
  final Counter staleHeads;
  final Counter repeatedBatches;
  final Counter dividedBatches;
  final Counter unknownCommits;
  final Counter failedBatches;
  final Histogram batchSizes;
  final Histogram commitTimes;

  ConversationMetrics(Metrics metrics) {
    this.metrics = metrics;
    stored = metrics.counter("stored", "Changes stored.");
    duplicates = metrics.counter("duplicates", "Changes that had been stored before.");
    refused = metrics.counter("refused", "Changes refused.");
    overloaded = metrics.counter("overloaded", "Changes pushed back because a writer was behind.");
    staleHeads =
        metrics.counter(
            "stale_heads",
            "Conversations whose head another owner had moved: fenced and read again.");
    repeatedBatches =
        metrics.counter("repeated_batches", "Batches planned again because a key existed already.");
    dividedBatches =
        metrics.counter("divided_batches", "Batches that met two shards and were divided by slot.");
    unknownCommits =
        metrics.counter("unknown_commits", "Commits during which the database went away.");
    failedBatches = metrics.counter("failed_batches", "Batches that the database could not take.");
    batchSizes = metrics.histogram("batch_size", "Messages per transaction.", "1", Metrics.SIZES);
    commitTimes = metrics.timer("commit_time", "How long a batch's transaction took.");
  }

  /// Reports how many changes wait at a writer, and for how many nanoseconds.
  List<Metrics.Registration> queue(int writer, IntSupplier waiting, LongSupplier nanos) {
    String[] labels = {"writer", Integer.toString(writer)};
    return List.of(
        metrics.gauge("queued", "Changes accepted and not answered.", waiting::getAsInt, labels),
        metrics.gauge(
            "queue_wait",
            "Seconds that changes have stood in the queue; 0 while the writer keeps up.",
            () -> nanos.getAsLong() / 1e9,
            labels));
  }

  void answered(Outcome outcome) {
    switch (outcome) {
      case Outcome.Refused _ -> refused.increment();
      case Outcome.Stored _, Outcome.MembersChanged _ ->
          (outcome.duplicate() ? duplicates : stored).increment();
    }
  }
}
