package dev.carillon.message.fanout;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Metrics;

/// The metrics of the gateways' streams.
final class GatewayMetrics {
  final Counter batches;
  final Counter full;
  final Counter gone;
  final Counter broken;
  final Counter stale;
  final Counter absent;

  GatewayMetrics(Metrics metrics) {
    this.batches = metrics.counter("gateway.batches", "Batches sent to gateways");
    this.full = dropped(metrics, "full");
    this.gone = dropped(metrics, "gone");
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

  private static Counter dropped(Metrics metrics, String reason) {
    return metrics.counter(
        "gateway.dropped",
        "Deliveries dropped, which devices find by their mailbox",
        "reason",
        reason);
  }
}
