package dev.carillon.sequence;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.function.IntSupplier;

/// Every metric of the sequence service.
final class SequenceMetrics {
  final Counter numbers;
  final Counter takenFromMemory;
  final Counter refusedMoved;
  final Counter refusedOverloaded;
  final Counter refusedForStore;
  final Counter evicted;

  /// Refills that found the durable end moved by another instance: a hand-over, or a commit whose
  /// answer was lost.
  final Counter overtaken;

  private final Metrics metrics;
  private final Histogram batchSize;
  private final Histogram batchTime;

  SequenceMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.numbers = metrics.counter("numbers", "Numbers issued");
    this.takenFromMemory = metrics.counter("memory_takes", "Requests satisfied from memory");
    this.refusedMoved = metrics.counter("refusals", "Requests refused", "reason", "SLOT_MOVED");
    this.refusedOverloaded =
        metrics.counter("refusals", "Requests refused", "reason", "OVERLOADED");
    this.refusedForStore = metrics.counter("refills.failed", "Keys that the store did not refill");
    this.evicted = metrics.counter("evictions", "Keys forgotten to make room for others");
    this.overtaken =
        metrics.counter("overtakes", "Refills that found the durable end moved by somebody else");
    this.batchSize =
        metrics.histogram("refill.batch", "Keys refilled in one transaction", "1", Metrics.SIZES);
    this.batchTime = metrics.timer("refill.duration", "Time of one refill transaction");
  }

  /// Publishes what can pile up.
  void observe(IntSupplier residentKeys, IntSupplier waiting, IntSupplier queued) {
    metrics.gauge("resident_keys", "Keys in memory", residentKeys::getAsInt);
    metrics.gauge("waiting", "Requests that wait for the store", waiting::getAsInt);
    metrics.gauge("queued", "Keys that wait for the store", queued::getAsInt);
  }

  /// Counts one transaction of the store.
  void advanced(int keys, long nanos) {
    batchSize.record(keys);
    batchTime.recordNanos(nanos);
  }
}
