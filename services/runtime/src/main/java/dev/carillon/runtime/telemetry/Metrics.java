package dev.carillon.runtime.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/// Makes a service's instruments, named `carillon.<service>.<what>`.
///
/// Labels are given when an instrument is made, as name, value, name, value; they must have few
/// possible values (never a user, a conversation or a message). Asking again for the same name and
/// labels gives the same instrument. Thread-safe.
public final class Metrics {
  /// Bucket bounds, in seconds, that resolve both a 50 µs hop and a 10 s stall.
  public static final List<Double> SECONDS =
      List.of(
          0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
          1.0, 2.5, 5.0, 10.0);

  /// Bucket bounds for how many items went together.
  public static final List<Double> SIZES =
      List.of(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0);

  private final Meter meter;
  private final String prefix;
  private final Map<String, Map<Attributes, Counter>> counters = new ConcurrentHashMap<>();
  private final Map<String, Map<Attributes, DoubleSupplier>> gauges = new ConcurrentHashMap<>();
  private final Map<String, DoubleHistogram> histograms = new ConcurrentHashMap<>();

  Metrics(Meter meter, String service) {
    this.meter = meter;
    this.prefix = "carillon." + service.replace('-', '_') + ".";
  }

  /// Instruments that work and report nowhere: for tests and tools.
  public static Metrics none() {
    return new Metrics(MeterProvider.noop().get("none"), "none");
  }

  /// A count of events; `what` is a plural such as `sends`.
  public Counter counter(String what, String description, String... labels) {
    return counters
        .computeIfAbsent(what, name -> counterFamily(name, description))
        .computeIfAbsent(attributes(labels), added -> new Counter());
  }

  /// A distribution with the given bucket bounds; `unit` is a UCUM code such as `s`, `By` or `1`.
  public Histogram histogram(
      String what, String description, String unit, List<Double> bounds, String... labels) {
    DoubleHistogram histogram =
        histograms.computeIfAbsent(
            what,
            name ->
                meter
                    .histogramBuilder(prefix + name)
                    .setDescription(description)
                    .setUnit(unit)
                    .setExplicitBucketBoundariesAdvice(bounds)
                    .build());
    return new Histogram(histogram, attributes(labels));
  }

  /// A distribution of durations in seconds.
  public Histogram timer(String what, String description, String... labels) {
    return histogram(what, description, "s", SECONDS, labels);
  }

  /// A value that is read at each collection of the metrics; `value` must be quick and thread-safe.
  /// Closing what is returned takes the gauge away, another gauge with the same labels replaces it.
  public Registration gauge(
      String what, String description, DoubleSupplier value, String... labels) {
    Map<Attributes, DoubleSupplier> family =
        gauges.computeIfAbsent(what, name -> gaugeFamily(name, description));
    Attributes attributes = attributes(labels);
    family.put(attributes, value);
    return () -> family.remove(attributes, value);
  }

  /// A registered instrument, which closing removes.
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private Map<Attributes, Counter> counterFamily(String what, String description) {
    Map<Attributes, Counter> family = new ConcurrentHashMap<>();
    meter
        .counterBuilder(prefix + what)
        .setDescription(description)
        .buildWithCallback(measurement ->
            family.forEach((labels, counter) -> measurement.record(counter.value(), labels)));
    return family;
  }

  private Map<Attributes, DoubleSupplier> gaugeFamily(String what, String description) {
    Map<Attributes, DoubleSupplier> family = new ConcurrentHashMap<>();
    meter
        .gaugeBuilder(prefix + what)
        .setDescription(description)
        .buildWithCallback(measurement ->
            family.forEach((labels, value) -> measurement.record(value.getAsDouble(), labels)));
    return family;
  }

  private static Attributes attributes(String... labels) {
    if (labels.length % 2 != 0) {
      throw new IllegalArgumentException(
          "labels: " + labels.length + " texts (expected: pairs of name and value)");
    }
    AttributesBuilder builder = Attributes.builder();
    for (int i = 0; i < labels.length; i += 2) {
      builder.put(labels[i], labels[i + 1]);
    }
    return builder.build();
  }
}
