package dev.carillon.runtime.telemetry;

import dev.carillon.runtime.settings.Settings;
import java.util.Optional;

/// The identity of an instance in telemetry, and the address of the collector.
///
/// @param service the service's name, such as `message`; part of every metric's name
/// @param instance the instance's id, unique among the running ones
/// @param otlpEndpoint base URL of an OTLP/HTTP collector such as `http://127.0.0.1:4318`; without
///   one traces are passed on but not recorded, and metrics are only there to be pulled
/// @param traceRatio the share of traces begun here that are recorded, 0 to 1
public record TelemetryConfig(
    String service, String instance, Optional<String> otlpEndpoint, double traceRatio) {

  /// Refuses a ratio out of range.
  public TelemetryConfig {
    if (!(traceRatio >= 0 && traceRatio <= 1)) {
      throw new IllegalArgumentException("traceRatio: " + traceRatio + " (expected: 0 to 1)");
    }
  }

  /// `CARILLON_OTLP_ENDPOINT` (absent) and `CARILLON_TRACE_RATIO` (0.01), the same for every
  /// service.
  public static TelemetryConfig read(Settings settings, String service, String instance) {
    return new TelemetryConfig(
        service,
        instance,
        settings.optionalText("CARILLON_OTLP_ENDPOINT"),
        settings.decimal("CARILLON_TRACE_RATIO", 0.01, 0, 1));
  }

  /// Reports nowhere: for tests and tools.
  public static TelemetryConfig local(String service) {
    return new TelemetryConfig(service, service, Optional.empty(), 0);
  }
}
