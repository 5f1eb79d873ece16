package dev.carillon.runtime.grpc;

import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How long calls took, by method and code, and how many streams are open, by method.
final class CallMetrics {
  private final Metrics metrics;
  private final String side;
  private final Map<Outcome, Histogram> durations = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> streams = new ConcurrentHashMap<>();

  private record Outcome(String method, Status.Code code) {}

  /// `side` is `server` or `client`.
  CallMetrics(Metrics metrics, String side) {
    this.metrics = metrics;
    this.side = side;
  }

  /// A call to `method` ended with `code` after `nanos`.
  void ended(String method, Status.Code code, long nanos) {
    durations
        .computeIfAbsent(
            new Outcome(method, code),
            outcome ->
                metrics.timer(
                    "grpc." + side + ".duration",
                    "How long calls took.",
                    "method",
                    outcome.method(),
                    "code",
                    outcome.code().name()))
        .recordNanos(nanos);
  }

  /// The number of open streams of `method`, for its owner to change.
  AtomicInteger openStreams(MethodDescriptor<?, ?> method) {
    return streams.computeIfAbsent(
        method.getFullMethodName(),
        name -> {
          AtomicInteger open = new AtomicInteger();
          metrics.gauge(
              "grpc." + side + ".streams", "Streams that are open.", open::get, "method", name);
          return open;
        });
  }
}
