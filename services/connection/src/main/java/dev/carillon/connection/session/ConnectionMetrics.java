package dev.carillon.connection.session;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Telemetry;
import io.opentelemetry.api.trace.Span;
import java.util.function.DoubleSupplier;

/// Every metric of the gateway, and its spans.
public final class ConnectionMetrics {
  private final Telemetry telemetry;
  private final Metrics metrics;
  private final Counter delivered;
  private final Counter redelivered;
  private final Counter leftOut;
  private final Counter lagging;
  private final Counter acknowledged;
  private final Counter requests;
  private final Counter refusals;
  private final Counter stale;
  private final Histogram batch;

  /// Makes the instruments.
  public ConnectionMetrics(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.metrics = telemetry.metrics();
    this.delivered = metrics.counter("deliveries", "Messages handed to sessions.");
    this.redelivered = metrics.counter("redeliveries", "Messages sent again for want of an ack.");
    this.leftOut =
        metrics.counter("deliveries.left_out", "Messages that a lagging device must pull.");
    this.lagging = metrics.counter("lagging", "How often a session began to lag.");
    this.acknowledged =
        metrics.counter("deliveries.acknowledged", "Messages processed by devices.");
    this.requests = metrics.counter("requests", "Requests of devices.");
    this.refusals = metrics.counter("requests.refused", "Requests of devices that were refused.");
    this.stale =
        metrics.counter("deliveries.stale", "Deliveries of owners that are one no longer.");
    this.batch =
        metrics.histogram(
            "delivery.batch", "Recipients of one batch of deliveries.", "1", Metrics.SIZES);
  }

  /// Shows a number that is looked up when asked for.
  public void gauge(String what, String description, DoubleSupplier value) {
    metrics.gauge(what, description, value);
  }

  /// A session was opened, by a token or by a ticket.
  public void opened(boolean resumed) {
    metrics
        .counter("sessions.opened", "Sessions opened.", "by", resumed ? "ticket" : "token")
        .increment();
  }

  /// A connection was ended by us for this reason.
  public void ended(String reason) {
    metrics
        .counter("sessions.ended", "Connections ended by the server.", "reason", reason)
        .increment();
  }

  /// A connection was ended by the device or the network.
  public void lost() {
    ended("CLOSED_BY_PEER");
  }

  /// Begins a span below `traceParent`; one that costs nothing when that is empty.
  Span span(String name, String traceParent) {
    return telemetry.span(name, traceParent);
  }

  void delivered() {
    delivered.increment();
  }

  void redelivered(int count) {
    redelivered.add(count);
  }

  void leftOut() {
    leftOut.increment();
  }

  void lagging() {
    lagging.increment();
  }

  void acknowledged(long count) {
    acknowledged.add(count);
  }

  void request() {
    requests.increment();
  }

  void refused() {
    refusals.increment();
  }

  void stale() {
    stale.increment();
  }

  void batch(int recipients) {
    batch.record(recipients);
  }
}
