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
    this.messages = metrics.counter("fanout.messages", "Messages handed to the gateways' streams");
    this.deliveries =
        metrics.counter("fanout.deliveries", "Deliveries: one message for one gateway");
    this.unlocated =
        metrics.counter(
            "fanout.unlocated", "Users whom presence could not locate, so that it was broadcast");
    this.broadcasts =
        metrics.counter(
            "fanout.broadcasts",
            "Batches sent to every gateway because that is cheaper than asking presence");
    this.collapsed =
        metrics.counter(
            "fanout.collapsed",
            "Conversations that fell behind, so that their messages were read again from the"
                + " store");
    this.redone =
        metrics.counter("fanout.redone", "Conversations found pending after claiming their slot");
    this.overflowed =
        metrics.counter(
            "fanout.overflowed",
            "Commits left to the pending mark because too much was in fan-out");
    this.storeFailures =
        metrics.counter(
            "fanout.store.failures", "Store calls of fan-out that failed and are repeated");
    this.delay =
        metrics.timer("fanout.delay", "Time from commit to handing to the gateways' streams");
  }

  /// The gauges of what is in memory, until they are closed.
  List<Metrics.Registration> of(FanOutMemory memory) {
    return List.of(
        metrics.gauge("fanout.conversations", "Conversations in fan-out", memory::conversations),
        metrics.gauge("fanout.memory", "Bytes of messages waiting for delivery", memory::bytes));
  }
}
