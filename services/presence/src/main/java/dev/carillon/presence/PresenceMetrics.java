package dev.carillon.presence;

import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.function.LongSupplier;

/// Every metric of the presence service.
final class PresenceMetrics {
  private final Metrics metrics;
  private final Counter changes;
  private final Counter located;
  private final Counter superseded;
  private final Counter copyFailures;
  private final Counter copyOverflows;
  private final Counter responsesDropped;

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

  void changes(int count) {
    changes.add(count);
  }

  void located(int users) {
    located.add(users);
  }

  void superseded() {
    superseded.increment();
  }

  void copyFailed() {
    copyFailures.increment();
  }

  void copyOverflowed() {
    copyOverflows.increment();
  }

  void responseDropped() {
    responsesDropped.increment();
  }
}
