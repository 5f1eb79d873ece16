package dev.carillon.connection.session;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Telemetry;
import io.opentelemetry.api.trace.Span;

/// The metrics and spans of the sessions of a gateway.
public final class ConnectionMetrics {
  private final Telemetry telemetry;
  private final Metrics metrics;
  final Counter delivered;
  final Counter redelivered;
  final Counter leftOut;
  final Counter lagging;
  final Counter acknowledged;
  final Counter requests;
  final Counter refusals;
  final Counter stale;
  final Histogram batch;

  /// Makes the instruments.
  public ConnectionMetrics(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.metrics = telemetry.metrics();
    this.delivered = metrics.counter("deliveries", "Messages handed to sessions.");
    this.redelivered =
        metrics.counter("redeliveries", "Messages delivered again for want of an acknowledgement.");
    this.leftOut =
        metrics.counter("deliveries.left_out", "Messages that a lagging device must sync.");
    this.lagging = metrics.counter("lagging", "How often a session began to lag.");
    this.acknowledged =
        metrics.counter("deliveries.acknowledged", "Messages processed by devices.");
    this.requests = metrics.counter("requests", "Requests of devices.");
    this.refusals = metrics.counter("requests.refused", "Requests of devices that were refused.");
    this.stale = metrics.counter("deliveries.stale", "Deliveries from former owners of a slot.");
    this.batch =
        metrics.histogram(
            "delivery.batch", "Recipients of one batch of deliveries.", "1", Metrics.SIZES);
  }

  /// A session was opened, by a token or by a ticket.
  void opened(boolean resumed) {
    metrics
        .counter("sessions.opened", "Sessions opened.", "by", resumed ? "ticket" : "token")
        .increment();
  }

  /// A connection was ended for this reason, `CLOSED_BY_PEER` when the device or the network did.
  void ended(String reason) {
    metrics
        .counter("sessions.ended", "Connections ended by the server.", "reason", reason)
        .increment();
  }

  /// Begins a span below `traceParent`; one that costs nothing when that is empty.
  Span span(String name, String traceParent) {
    return telemetry.span(name, traceParent);
  }

  /// Ends the trace of a delivery: the device has processed it.
  void endTrace(String traceParent, ConnectedDevice device) {
    span("connection.acknowledged", traceParent)
        .setAttribute("user", device.userId())
        .setAttribute("device", device.deviceId())
        .end();
  }
}
