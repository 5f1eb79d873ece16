package dev.carillon.presence;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.function.LongSupplier;

/// Every metric of the presence service.
final class PresenceMetrics {
  final Counter changes;
  final Counter located;
  final Counter superseded;
  final Counter copyFailures;
  final Counter copyOverflows;
  final Counter responsesDropped;
  private final Metrics metrics;

  PresenceMetrics(Metrics metrics) {
    this.metrics = metrics;
    changes = metrics.counter("changes", "Devices announced as connected or gone");
    located = metrics.counter("located", "Users looked up");
    superseded = metrics.counter("superseded", "Sessions replaced by a later one of the device");
    copyFailures = metrics.counter("copy.failures", "Writes of the directory's copy that failed");
    copyOverflows = metrics.counter("copy.overflows", "Changes too many for the copy's queue");
    responsesDropped =
        metrics.counter("responses.dropped", "Answers to gateways whose stream was full");
  }

  void observeDevices(LongSupplier count) {
    metrics.gauge("devices", "Devices in the directory", () -> (double) count.getAsLong());
  }
}
