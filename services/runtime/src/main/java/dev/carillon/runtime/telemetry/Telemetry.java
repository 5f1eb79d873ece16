package dev.carillon.runtime.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The traces and metrics of one instance; several may live in one JVM, nothing of it is global.
///
/// Closing it sends what is left to send, for a few seconds at most.
public final class Telemetry implements AutoCloseable {
  private static final String SCOPE = "dev.carillon";
  private static final Duration METRIC_INTERVAL = Duration.ofSeconds(30);
  private static final long CLOSE_SECONDS = 3;
  private static final int TEXT_SIZE = 16 << 10;
  private static final PrometheusTextFormatWriter TEXT = PrometheusTextFormatWriter.create();

  private final SdkTracerProvider tracerProvider;
  private final SdkMeterProvider meterProvider;
  private final PrometheusMetricReader reader =
      PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).build();
  private final Tracer tracer;
  private final Metrics metrics;

  private Telemetry(TelemetryConfig config, List<SpanProcessor> processors) {
    tracerProvider = tracerProvider(config, processors);
    meterProvider = meterProvider(config, reader);
    tracer = tracerProvider.get(SCOPE);
    metrics = new Metrics(meterProvider.get(SCOPE), config.service());
    JvmMetrics.register(meterProvider.get("dev.carillon.jvm"));
  }

  /// Starts reporting as `config` says and hands every recorded span to `processors` too.
  public static Telemetry start(TelemetryConfig config, List<SpanProcessor> processors) {
    return new Telemetry(config, processors);
  }

  /// Works like any other and reports nowhere: for tests and tools.
  public static Telemetry none() {
    return start(TelemetryConfig.local("none"), List.of());
  }

  /// Makes this instance's spans.
  public Tracer tracer() {
    return tracer;
  }

  /// Begins the span `name` below the context that a frame carried as `traceParent`; one that does
  /// nothing and costs nothing when the frame carried none. The caller ends it, and sends its own
  /// `TraceParent.of` on with what it causes.
  public Span span(String name, String traceParent) {
    if (traceParent.isEmpty()) {
      return Span.getInvalid();
    }
    return tracer.spanBuilder(name).setParent(TraceParent.toContext(traceParent)).startSpan();
  }

  /// Makes this instance's instruments.
  public Metrics metrics() {
    return metrics;
  }

  /// All metrics of this moment in the Prometheus text form, version 0.0.4.
  public String prometheusText() {
    ByteArrayOutputStream text = new ByteArrayOutputStream(TEXT_SIZE);
    try {
      TEXT.write(text, reader.collect());
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory is never full", impossible);
    }
    return text.toString(UTF_8);
  }

  /// The content type of [#prometheusText].
  public static String prometheusContentType() {
    return TEXT.getContentType();
  }

  @Override
  public void close() {
    tracerProvider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    meterProvider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private static SdkTracerProvider tracerProvider(
      TelemetryConfig config, List<SpanProcessor> processors) {
    SdkTracerProviderBuilder builder =
        SdkTracerProvider.builder()
            .setResource(resource(config))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.traceRatio())));
    config
        .otlpEndpoint()
        .ifPresent(endpoint ->
            builder.addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(url(endpoint, "/v1/traces"))
                            .build())
                    .build()));
    processors.forEach(builder::addSpanProcessor);
    return builder.build();
  }

  private static SdkMeterProvider meterProvider(
      TelemetryConfig config, PrometheusMetricReader reader) {
    SdkMeterProviderBuilder builder =
        SdkMeterProvider.builder().setResource(resource(config)).registerMetricReader(reader);
    config
        .otlpEndpoint()
        .ifPresent(endpoint ->
            builder.registerMetricReader(
                PeriodicMetricReader.builder(
                        OtlpHttpMetricExporter.builder()
                            .setEndpoint(url(endpoint, "/v1/metrics"))
                            .build())
                    .setInterval(METRIC_INTERVAL)
                    .build()));
    return builder.build();
  }

  private static Resource resource(TelemetryConfig config) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.namespace"), "carillon",
                    AttributeKey.stringKey("service.name"), config.service(),
                    AttributeKey.stringKey("service.instance.id"), config.instance())));
  }

  private static String url(String endpoint, String path) {
    return endpoint.replaceFirst("/$", "") + path;
  }
}
