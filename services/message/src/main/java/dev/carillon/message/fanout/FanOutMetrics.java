package dev.carillon.message.fanout;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.List;

/// Every metric of fan-out and of the gateways' streams.
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

  final Counter batches;
  final Counter full;
  final Counter gone;
  final Counter broken;
  final Counter stale;
  final Counter absent;

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
    this.batches = metrics.counter("gateway.batches", "Batches sent to gateways");
    this.full = dropped("full");
    this.gone = dropped("gone");
    this.broken = metrics.counter("gateway.broken", "Streams to gateways that broke");
    this.stale =
        metrics.counter(
            "gateway.stale",
            "Batches refused because another owner has delivered for a slot since");
    this.absent =
        metrics.counter(
            "gateway.absent",
            "Users who were not connected to the gateway that got their delivery");
  }

  private Counter counter(String name, String description) {
    return metrics.counter("fanout." + name, description);
  }

  private Counter dropped(String reason) {
    return metrics.counter(
        "gateway.dropped",
        "Deliveries dropped, which devices find by their mailbox",
        "reason",
        reason);
  }

  /// The gauges of what is in memory, until they are closed.
  List<Metrics.Registration> of(FanOutMemory memory) {
    return List.of(
        metrics.gauge("fanout.conversations", "Conversations in fan-out", memory::conversations),
        metrics.gauge("fanout.memory", "Bytes of messages waiting for delivery", memory::bytes));
  }
}
