package dev.carillon.message.fanout;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;

/// Every metric of fan-out but those of the gateways' streams.
final class FanOutMetrics {
  final Counter messages;
  final Counter deliveries;
  final Counter everywhere;
  final Counter unasked;
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
    this.everywhere =
        metrics.counter(
            "fanout.everywhere", "Users whose place was unknown, so that every gateway was told");
    this.unasked =
        metrics.counter(
            "fanout.unasked",
            "Rounds for which every gateway was told, because that is cheaper than asking"
                + " presence");
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

  Metrics.Registration lanes(java.util.function.DoubleSupplier value) {
    return metrics.gauge("fanout.conversations", "Conversations in fan-out", value);
  }

  Metrics.Registration memory(java.util.function.DoubleSupplier value) {
    return metrics.gauge("fanout.memory", "Bytes of messages waiting for delivery", value);
  }
}
