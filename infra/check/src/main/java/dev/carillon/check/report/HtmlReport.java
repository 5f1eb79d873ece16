package dev.carillon.check.report;

import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.history.Event;
import dev.carillon.check.property.Violation;
import dev.carillon.check.report.Timeline.Second;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// A verdict as one page that needs nothing else.
public final class HtmlReport {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String STYLE =
      """
      body { font: 15px/1.45 system-ui, sans-serif; color: #1c2430; background: #fff;
        max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
      .verdict { padding: .7rem 1rem; border-radius: 6px; font-weight: 600; }
      .kept { background: #e3f4e7; color: #14532d; } .broken { background: #fde4e1; color: #8f1d14; }
      table { border-collapse: collapse; width: 100%; } td, th { text-align: left;
        padding: .3rem .6rem; border-bottom: 1px solid #e3e7ee; vertical-align: top; }
      th { color: #556070; font-weight: 600; } td.n, th.n { text-align: right;
        font-variant-numeric: tabular-nums; }
      svg { width: 100%; height: auto; display: block; margin: .4rem 0; }
      .axis { fill: none; stroke: #98a2b3; } .tick { font-size: 11px; fill: #667085; }
      .title { font-size: 13px; font-weight: 600; fill: #1c2430; }
      .legend { font-size: 12px; stroke: none !important; }
      .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
      .a { stroke: #1d6fd1; fill: #1d6fd1; } .b { stroke: #c2410c; fill: #c2410c; }
      path.line { fill: none; } .fault { fill: #f2b8b0; opacity: .45; }
      pre { background: #f5f7fa; padding: .6rem .8rem; overflow-x: auto; font-size: 12.5px; }
      code { background: #f5f7fa; padding: .1rem .3rem; }
      """;

  private HtmlReport() {}

  /// Writes the page.
  public static void write(Verdict verdict, Path file) throws IOException {
    Files.writeString(file, page(verdict));
  }

  static String page(Verdict verdict) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>Carillon: delivery check</title>
    <style>
    %s</style></head><body>
    <h1>Delivery check</h1>
    <p>%s</p>
    <p class="verdict %s">%s</p>
    <h2>What happened</h2>
    %s
    <h2>Timeline</h2>
    %s
    <h2>Promises</h2>
    %s
    %s
    %s
    <p>Run it again: <code>%s</code></p>
    </body></html>
    """
        .formatted(
            STYLE,
            Html.text(verdict.setting()),
            verdict.kept() ? "kept" : "broken",
            VerdictText.conclusion(verdict),
            counts(verdict),
            timeline(verdict),
            promises(verdict),
            violations(verdict),
            faults(verdict),
            Html.text(verdict.again()));
  }

  private static String counts(Verdict verdict) {
    Counts counts = verdict.counts();
    return """
    <table>
    <tr><th></th><th class="n">sent</th><th class="n">acknowledged</th><th class="n">refused</th>
    <th class="n">unknown</th><th class="n">attempts</th><th class="n">held back</th></tr>
    <tr><td>messages</td><td class="n">%,d</td><td class="n">%,d</td><td class="n">%,d</td>
    <td class="n">%,d</td><td class="n">%,d</td><td class="n">%,d</td></tr></table>
    <p>%,d devices were handed %,d messages; %,d sign-ins, %,d lost connections, %,d reads of
    history, %,d times a device was complete.</p>
    <table><tr><th>from the moment due</th><th class="n">p50</th><th class="n">p99</th>
    <th class="n">p99.9</th><th class="n">max</th><th class="n">count</th></tr>
    %s%s</table>
    """
        .formatted(
            counts.sent(),
            counts.acknowledged(),
            counts.refused(),
            counts.unknown(),
            counts.attempts(),
            verdict.held(),
            counts.devices(),
            counts.handed(),
            counts.connects(),
            counts.disconnects(),
            counts.reads(),
            counts.syncs(),
            latencies("to the acknowledgement", verdict.timeline().acknowledged()),
            latencies("to a device, on the wire", verdict.timeline().delivered()));
  }

  private static String latencies(String name, Latencies latencies) {
    return """
    <tr><td>%s</td><td class="n">%s</td><td class="n">%s</td><td class="n">%s</td>
    <td class="n">%s</td><td class="n">%,d</td></tr>
    """
        .formatted(
            name,
            millis(latencies.p50()),
            millis(latencies.p99()),
            millis(latencies.p999()),
            millis(latencies.max()),
            latencies.count());
  }

  private static String timeline(Verdict verdict) {
    List<Chart.Band> bands = verdict.recoveries().stream().map(HtmlReport::band).toList();
    return charts(verdict.timeline().seconds()).stream()
            .map(chart -> chart.svg(bands))
            .collect(Collectors.joining())
        + (bands.isEmpty() ? "" : "<p>Red bands are faults; rest on one to see which.</p>");
  }

  private static Chart.Band band(Recovery recovery) {
    FaultEvent fault = recovery.fault();
    return new Chart.Band(
        recovery.beganAt() / NANOS,
        recovery.endedAt() / NANOS,
        fault.kind().option() + " of " + fault.target() + ": " + fault.detail());
  }

  private static List<Chart> charts(List<Second> seconds) {
    return List.of(
        new Chart(
            "acknowledged, messages a second",
            List.of(line("", "a", seconds, Second::acknowledged)),
            false),
        new Chart(
            "from due to acknowledged, milliseconds",
            List.of(
                line("p50", "a", seconds, second -> latency(second, Latencies::p50)),
                line("p99", "b", seconds, second -> latency(second, Latencies::p99))),
            true),
        new Chart(
            "due and not settled, messages",
            List.of(line("", "b", seconds, Second::waiting)),
            false),
        new Chart(
            "connections a second",
            List.of(
                line("made", "a", seconds, Second::connects),
                line("lost", "b", seconds, Second::disconnects)),
            false));
  }

  private static double latency(Second second, ToDoubleFunction<Latencies> which) {
    return second.latencies().count() == 0 ? Double.NaN : which.applyAsDouble(second.latencies());
  }

  private static Chart.Line line(
      String name, String style, List<Second> seconds, ToDoubleFunction<Second> value) {
    return new Chart.Line(name, style, seconds.stream().map(value::applyAsDouble).toList());
  }

  private static String promises(Verdict verdict) {
    return verdict.judgements().stream()
        .map(judgement ->
            "<tr><td>%s</td><td>%s</td><td>%s</td></tr>%n"
                .formatted(
                    judgement.kept() ? "OK" : "<b>" + judgement.violations().size() + " broken</b>",
                    Html.text(judgement.property().name()),
                    Html.text(judgement.property().promise())))
        .collect(
            Collectors.joining(
                "", "<table><tr><th></th><th>promise</th><th></th></tr>\n", "</table>"));
  }

  private static String violations(Verdict verdict) {
    String all =
        verdict.judgements().stream()
            .flatMap(judgement -> judgement.violations().stream())
            .map(HtmlReport::violation)
            .collect(Collectors.joining());
    return all.isEmpty() ? "" : "<h2>Where they were broken</h2>\n" + all;
  }

  private static String violation(Violation violation) {
    return "<p>%s</p><pre>%s</pre>%n"
        .formatted(
            Html.text(violation.what()),
            Html.text(
                violation.events().stream()
                    .map(Event::toString)
                    .collect(Collectors.joining("\n"))));
  }

  private static String faults(Verdict verdict) {
    if (verdict.recoveries().isEmpty()) {
      return "<h2>Faults</h2><p>None.</p>";
    }
    return verdict.recoveries().stream()
        .map(HtmlReport::fault)
        .collect(
            Collectors.joining(
                "",
                """
                <h2>Faults</h2><table><tr><th class="n">at</th><th>what</th><th>whom</th><th>how</th>
                <th class="n">for</th><th class="n">silence</th><th class="n">as usual after</th></tr>
                """,
                "</table>"));
  }

  private static String fault(Recovery recovery) {
    return """
    <tr><td class="n">%s</td><td>%s</td><td>%s</td><td>%s</td><td class="n">%s</td>
    <td class="n">%s</td><td class="n">%s</td></tr>
    """
        .formatted(
            seconds(recovery.beganAt() / NANOS),
            recovery.fault().kind().option(),
            Html.text(recovery.fault().target()),
            Html.text(recovery.fault().detail()),
            seconds((recovery.endedAt() - recovery.beganAt()) / NANOS),
            seconds(recovery.silence()),
            recovery.back().isPresent()
                ? seconds(recovery.back().getAsDouble())
                : "not in this run");
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.1f s", value);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.1f ms", value);
  }
}
