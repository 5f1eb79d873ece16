package dev.carillon.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TelemetryTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final Telemetry telemetry =
      Telemetry.start(
          new TelemetryConfig("push-notify", "p1", Optional.empty(), 1),
          List.of(SimpleSpanProcessor.create(exporter)));
  private final Metrics metrics = telemetry.metrics();

  @Test
  void writesCountersGaugesAndHistogramsInThePrometheusForm() {
    metrics.counter("sends", "Messages sent.", "result", "stored").add(3);
    metrics.counter("sends", "Messages sent.", "result", "re\"fused").increment();
    AtomicInteger depth = new AtomicInteger(7);
    metrics.gauge("queue.depth", "Waiting.", depth::get);
    Histogram histogram = metrics.histogram("batch", "Rows.", "s", List.of(1.0, 2.5));
    histogram.record(2);
    histogram.recordNanos(500_000_000);

    assertThat(telemetry.prometheusText())
        .contains(
            "target_info{service_instance_id=\"p1\",service_name=\"push-notify\",",
            "# HELP carillon_push_notify_sends_total Messages sent.\n",
            "# TYPE carillon_push_notify_sends_total counter\n",
            "carillon_push_notify_sends_total{result=\"stored\"} 3.0\n",
            "carillon_push_notify_sends_total{result=\"re\\\"fused\"} 1.0\n",
            "# TYPE carillon_push_notify_queue_depth gauge\n",
            "\ncarillon_push_notify_queue_depth 7.0\n",
            "# TYPE carillon_push_notify_batch_seconds histogram\n",
            "carillon_push_notify_batch_seconds_bucket{le=\"1.0\"} 1\n",
            "carillon_push_notify_batch_seconds_bucket{le=\"2.5\"} 2\n",
            "carillon_push_notify_batch_seconds_bucket{le=\"+Inf\"} 2\n",
            "carillon_push_notify_batch_seconds_sum 2.5\n",
            "carillon_push_notify_batch_seconds_count 2\n",
            "jvm_memory_used_bytes{area=\"heap\"} ");
  }

  @Test
  void givesTheSameCounterForTheSameNameAndLabels() {
    assertThat(metrics.counter("acks", "", "level", "read"))
        .isSameAs(metrics.counter("acks", "", "level", "read"))
        .isNotSameAs(metrics.counter("acks", "", "level", "stored"));
  }

  @Test
  void forgetsAGaugeThatWasClosed() {
    metrics.gauge("gone", "", () -> 1).close();

    assertThat(telemetry.prometheusText()).doesNotContain("carillon_push_notify_gone ");
  }

  @Test
  void carriesASampledTraceThroughAFrame() {
    Span sender = telemetry.tracer().spanBuilder("send").startSpan();
    String frame = TraceParent.of(sender);
    Span receiver = telemetry.span("deliver", frame);
    receiver.end();
    sender.end();

    assertThat(exporter.getFinishedSpanItems())
        .extracting("traceId")
        .containsExactly(
            sender.getSpanContext().getTraceId(), sender.getSpanContext().getTraceId());
    assertThat(exporter.getFinishedSpanItems().getFirst().getParentSpanId())
        .isEqualTo(sender.getSpanContext().getSpanId());
  }

  @Test
  void carriesNothingForWhatIsNotSampled() {
    Context unsampled = TraceParent.toContext("00-" + TRACE + "-" + SPAN + "-00");

    assertThat(Span.fromContext(unsampled).getSpanContext().getTraceId()).isEqualTo(TRACE);
    assertThat(TraceParent.of(Span.fromContext(unsampled))).isEmpty();
    assertThat(telemetry.span("deliver", "").isRecording()).isFalse();
  }

  @Test
  void writesWhatItReads() {
    String text = "00-" + TRACE + "-" + SPAN + "-01";

    assertThat(TraceParent.of(Span.fromContext(TraceParent.toContext(text)))).isEqualTo(text);
  }

  @Test
  void takesMalformedContextsForNone() {
    for (String text :
        List.of(
            "00",
            "00-" + TRACE + "-" + SPAN + "x01",
            "00-" + TRACE.replace('a', 'z') + "-" + SPAN + "-01",
            "00-" + "0".repeat(32) + "-" + SPAN + "-01",
            "-".repeat(55))) {
      assertThat(TraceParent.toContext(text)).as(text).isEqualTo(Context.root());
    }
  }
}
