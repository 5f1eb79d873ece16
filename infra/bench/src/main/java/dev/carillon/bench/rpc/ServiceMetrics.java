package dev.carillon.bench.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

/// What the instances of one service tell of themselves at their admin ports, at one moment.
public final class ServiceMetrics {
  private final String text;

  /// @param text as Prometheus reads it
  ServiceMetrics(String text) {
    this.text = text;
  }

  /// Asks all instances.
  ///
  /// @param admins `host:port` of each one's admin port
  public static ServiceMetrics of(List<String> admins) {
    StringBuilder all = new StringBuilder();
    for (String admin : admins) {
      try (InputStream page = URI.create("http://" + admin + "/metrics").toURL().openStream()) {
        all.append(new String(page.readAllBytes(), UTF_8)).append('\n');
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the metrics of " + admin, e);
      }
    }
    return new ServiceMetrics(all.toString());
  }

  /// A metric's value, summed over its labels and the instances; 0 when there is none.
  ///
  /// @param name as Prometheus calls it
  public double sum(String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /// By how much a metric has grown since an earlier moment.
  public double since(ServiceMetrics before, String name) {
    return sum(name) - before.sum(name);
  }
}
