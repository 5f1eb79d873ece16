package dev.carillon.message.fanout;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.List;

/// Every metric of fan-out but those of the gateways' streams.
final class FanOutMetrics {
  final Counter messages;
  final Counter deliveries;
  final Counter unlocated;
  final Counter broadcasts;
  final Counter collapsed;
  final Counter redone;
  final Counter overflowed;
  final Counter storeFailures;
  final Histogram delay;
  private final Metrics metrics;

  FanOutMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.messages = counter("messages", "Messages handed to the gateways' streams");
    this.deliveries = counter("deliveries", "Deliveries: one message for one gateway");
    this.unlocated = counter("unlocated", "Users presence could not locate: broadcast for them");
    this.broadcasts = counter("broadcasts", "Batches that went to every gateway");
    this.collapsed = counter("collapsed", "Conversations that fell behind: read from the store");
    this.redone = counter("redone", "Conversations found pending after claiming their slot");
    this.overflowed = counter("overflowed", "Commits left to the pending mark: memory was full");
    this.storeFailures = counter("store.failures", "Store calls that failed and are repeated");
    this.delay =
        metrics.timer("fanout.delay", "Time from commit to handing to the gateways' streams");
  }

  private Counter counter(String name, String description) {
    return metrics.counter("fanout." + name, description);
  }

  /// The gauges of what is in memory, until they are closed.
  List<Metrics.Registration> of(FanOutMemory memory) {
    return List.of(
        metrics.gauge("fanout.conversations", "Conversations in fan-out", memory::conversations),
        metrics.gauge("fanout.memory", "Bytes of messages waiting for delivery", memory::bytes));
  }
}
