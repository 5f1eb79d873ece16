package dev.carillon.runtime.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Writes collected metrics in the Prometheus text form, version 0.0.4.
final class PrometheusText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder out = new StringBuilder(8192);

  private PrometheusText() {}

  /// The text of `metrics`, led by one `target_info` line that says who they are of.
  static String of(Collection<MetricData> metrics, Map<String, String> target) {
    PrometheusText text = new PrometheusText();
    text.target(target);
    metrics.stream().sorted(Comparator.comparing(MetricData::getName)).forEach(text::metric);
    return text.out.toString();
  }

  private void target(Map<String, String> target) {
    out.append("# TYPE target_info gauge\ntarget_info{");
    String separator = "";
    for (Map.Entry<String, String> label : target.entrySet()) {
      out.append(separator);
      label(label.getKey(), label.getValue());
      separator = ",";
    }
    out.append("} 1\n");
  }

  private void metric(MetricData metric) {
    String name = baseName(metric);
    switch (metric.getType()) {
      case LONG_SUM -> {
        boolean counter = metric.getLongSumData().isMonotonic();
        numbers(metric, name, counter, metric.getLongSumData().getPoints());
      }
      case DOUBLE_SUM -> {
        boolean counter = metric.getDoubleSumData().isMonotonic();
        numbers(metric, name, counter, metric.getDoubleSumData().getPoints());
      }
      case LONG_GAUGE -> numbers(metric, name, false, metric.getLongGaugeData().getPoints());
      case DOUBLE_GAUGE -> numbers(metric, name, false, metric.getDoubleGaugeData().getPoints());
      case HISTOGRAM -> {
        head(metric, name, "histogram");
        metric.getHistogramData().getPoints().forEach(point -> histogram(name, point));
      }
      case SUMMARY, EXPONENTIAL_HISTOGRAM -> {
        // No instrument of ours makes these.
      }
    }
  }

  private void numbers(
      MetricData metric, String base, boolean counter, Collection<? extends PointData> points) {
    String name = counter ? base + "_total" : base;
    head(metric, name, counter ? "counter" : "gauge");
    for (PointData point : points) {
      out.append(name);
      labels(point.getAttributes(), "");
      out.append(' ').append(value(point)).append('\n');
    }
  }

  private void histogram(String name, HistogramPointData point) {
    List<Double> bounds = point.getBoundaries();
    List<Long> counts = point.getCounts();
    long cumulative = 0;
    for (int i = 0; i < counts.size(); i++) {
      cumulative += counts.get(i);
      out.append(name).append("_bucket");
      labels(point.getAttributes(), i < bounds.size() ? number(bounds.get(i)) : "+Inf");
      out.append(' ').append(cumulative).append('\n');
    }
    out.append(name).append("_sum");
    labels(point.getAttributes(), "");
    out.append(' ').append(number(point.getSum())).append('\n').append(name).append("_count");
    labels(point.getAttributes(), "");
    out.append(' ').append(point.getCount()).append('\n');
  }

  private void head(MetricData metric, String name, String type) {
    if (!metric.getDescription().isEmpty()) {
      out.append("# HELP ").append(name).append(' ');
      out.append(metric.getDescription().replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
    }
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void labels(Attributes attributes, String bucket) {
    if (attributes.isEmpty() && bucket.isEmpty()) {
      return;
    }
    out.append('{');
    boolean[] first = {true};
    attributes.forEach((key, value) -> {
      out.append(first[0] ? "" : ",");
      first[0] = false;
      label(clean(key.getKey()), String.valueOf(value));
    });
    if (!bucket.isEmpty()) {
      out.append(first[0] ? "" : ",");
      label("le", bucket);
    }
    out.append('}');
  }

  private void label(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    out.append(name).append("=\"").append(escaped).append('"');
  }

  private static String value(PointData point) {
    return switch (point) {
      case LongPointData number -> Long.toString(number.getValue());
      case DoublePointData number -> number(number.getValue());
      default -> "NaN";
    };
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }

  private static String baseName(MetricData metric) {
    String name = clean(metric.getName());
    return switch (metric.getUnit()) {
      case "s" -> name + "_seconds";
      case "By" -> name + "_bytes";
      default -> name;
    };
  }

  private static String clean(String name) {
    return name.replaceAll("[^a-zA-Z0-9_:]", "_");
  }
}
