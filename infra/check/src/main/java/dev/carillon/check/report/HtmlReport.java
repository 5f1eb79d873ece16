package dev.carillon.check.report;

import dev.carillon.check.report.HtmlPromises.Placed;
import dev.carillon.check.report.Timeline.Second;
import dev.carillon.check.report.TimelineRows.Bar;
import dev.carillon.check.report.TimelineRows.TimelineRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// A verdict as one page that needs nothing else.
public final class HtmlReport {
  /// How far apart marks are, in units of a panel.
  private static final double MARK_DISTANCE = 6;

  private static final String STYLE =
      """
      :root { color-scheme: light; }
      body { font: 15px/1.45 system-ui, sans-serif; color: #1c2430; background: #fff;
        max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
      h3 { font-size: 1rem; margin: 1.4rem 0 .2rem; }
      .verdict { padding: .7rem 1rem; border-radius: 6px; font-weight: 600; }
      .kept { background: #e3f4e7; color: #14532d; } .broken { background: #fde4e1; color: #8f1d14; }
      .broken a { color: inherit; }
      table { border-collapse: collapse; width: 100%; } td, th { text-align: left;
        padding: .3rem .6rem; border-bottom: 1px solid #e3e7ee; vertical-align: top; }
      th { color: #556070; font-weight: 600; } td.n, th.n { text-align: right;
        font-variant-numeric: tabular-nums; } td.n, td.s { white-space: nowrap; }
      .scroll { overflow-x: auto; } .wide { min-width: 44rem; } .charts { min-width: 60rem; }
      svg { width: 100%; height: auto; display: block; margin: .4rem 0; }
      .grid { fill: none; stroke: #dde2ea; } .tick { font-size: 12px; fill: #556070; }
      .over { fill: none; stroke: #1c2430; stroke-dasharray: 4 3; }
      .title { font-size: 13px; font-weight: 600; fill: #1c2430; }
      .legend { font-size: 12px; font-weight: 600; stroke: none !important; }
      .line { stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
      .a { stroke: #1d6fd1; fill: #1d6fd1; } .b { stroke: #b45309; fill: #b45309; }
      path.line { fill: none; } .fault { fill: #f2b8b0; opacity: .45; }
      .bar { fill: #d9655a; } .mark { fill: #1c2430; }
      a:hover .bar, a:hover .mark, a:focus .bar, a:focus .mark { stroke: #1c2430; stroke-width: 2; }
      .note { color: #556070; font-size: 13.5px; }
      .violation p { margin: .8rem 0 .3rem; } :target { background: #fff3cd; }
      pre { background: #f5f7fa; padding: .6rem .8rem; overflow-x: auto; font-size: 12.5px; margin: 0; }
      @media (max-width: 40rem) {
        td, th { padding: .25rem .2rem; font-size: 12.5px; }
        .promises, .promises tbody, .promises tr, .promises td { display: block; }
        .promises tr { padding: .4rem 0; border-bottom: 1px solid #e3e7ee; }
        .promises tr:first-child { display: none; } .promises td { border: 0; padding: 0 .3rem; }
        .promises td:nth-child(2) { font-weight: 600; }
      }
      code { background: #f5f7fa; padding: .1rem .3rem; overflow-wrap: anywhere; }
      """;

  private HtmlReport() {}

  /// Writes the page.
  public static void write(Verdict verdict, Path file) throws IOException {
    Files.writeString(file, page(verdict));
  }

  static String page(Verdict verdict) {
    HtmlPromises promises = new HtmlPromises(verdict.judgements());
    HtmlFaults faults = new HtmlFaults(verdict.recoveries());
    return """
    %s
    <h1>Delivery check</h1>
    <p>%s</p>
    %s
    <h2>What happened</h2>
    %s
    <h2>Timeline</h2>
    %s
    <h2>Promises</h2>
    %s
    %s
    <h2>Faults</h2>
    %s
    <p>Run it again: <code>%s</code></p>
    </body></html>
    """
        .formatted(
            head(verdict),
            Html.text(verdict.setting()),
            conclusion(verdict, promises),
            counts(verdict),
            timeline(verdict, promises, faults),
            promises.table(),
            promises.places(),
            faults.table(),
            Html.text(verdict.again()));
  }

  private static String head(Verdict verdict) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <title>Carillon: delivery check, %s</title>
    <style>
    %s</style></head><body>\
    """
        .formatted(verdict.kept() ? "kept" : "BROKEN", STYLE);
  }

  private static String conclusion(Verdict verdict, HtmlPromises promises) {
    return "<p class=\"verdict %s\">%s%s</p>"
        .formatted(
            verdict.kept() ? "kept" : "broken",
            VerdictText.conclusion(verdict),
            verdict.kept() ? "" : " See " + promises.links() + ".");
  }

  private static String counts(Verdict verdict) {
    Counts counts = verdict.counts();
    return """
    <div class="scroll"><table>
    <tr><th class="n">messages sent</th><th class="n">acknowledged</th><th class="n">refused</th>
    <th class="n">unknown</th><th class="n">attempts</th></tr>
    <tr><td class="n">%,d</td><td class="n">%,d</td><td class="n">%,d</td>
    <td class="n">%,d</td><td class="n">%,d</td></tr></table></div>
    <p>%s%,d devices were handed %,d messages; %,d sign-ins, %,d lost connections, %,d reads of history, %,d times a device was complete. %s</p>
    <div class="scroll"><table><tr><th>from the moment due, in ms</th><th class="n">p50</th><th class="n">p99</th>
    <th class="n">p99.9</th><th class="n">max</th><th class="n">count</th></tr>
    %s%s</table></div>
    """
        .formatted(
            counts.sent(),
            counts.acknowledged(),
            counts.refused(),
            counts.unknown(),
            counts.attempts(),
            held(verdict.held()),
            counts.devices(),
            counts.handed(),
            counts.connects(),
            counts.disconnects(),
            counts.reads(),
            counts.syncs(),
            transports(counts),
            latencies("to the acknowledgement", verdict.timeline().acknowledged()),
            latencies("to a device, on the wire", verdict.timeline().delivered()));
  }

  private static String transports(Counts counts) {
    return "%,d devices spoke WebSocket and signed in %,d times, %,d spoke gRPC and did so %,d times."
        .formatted(
            counts.webSocket().devices(),
            counts.webSocket().connects(),
            counts.grpc().devices(),
            counts.grpc().connects());
  }

  private static String held(long held) {
    return held == 0
        ? ""
        : "%,d more messages were due and held back by the clients. ".formatted(held);
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

  private static String timeline(Verdict verdict, HtmlPromises promises, HtmlFaults faults) {
    List<Second> seconds = verdict.timeline().seconds();
    TimeAxis axis = new TimeAxis(Math.max(1, seconds.size()), verdict.timeline().loadEnd());
    List<TimelineRow> broken = marks(promises, axis);
    List<TimelineRow> rows = new ArrayList<>(broken);
    rows.addAll(faults.rows());
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><div class=\"charts\">\n");
    if (!rows.isEmpty()) {
      html.append(
          new TimelineRows(broken.isEmpty() ? "faults" : "promises seen broken, and faults", rows)
              .svg(axis));
    }
    charts(seconds).forEach(chart -> html.append(chart.svg(axis, faults.bands())));
    return html.append("</div></div>\n<p class=\"note\">")
        .append("At the dashed line the load is over: new devices sign in and read everything.")
        .append(rows.isEmpty() ? "" : " Each bar leads to what it stands for.")
        .append("</p>\n")
        .toString();
  }

  /// A row with a mark wherever a promise was seen broken; one for several at the same place.
  private static List<TimelineRow> marks(HtmlPromises promises, TimeAxis axis) {
    Map<Long, Bar> marks = new TreeMap<>();
    for (Placed placed : promises.violations()) {
      placed
          .at()
          .ifPresent(at ->
              marks.putIfAbsent(
                  Math.round(axis.x(at) / MARK_DISTANCE),
                  new Bar(at, at, placed.violation().what(), placed.anchor())));
    }
    return marks.isEmpty()
        ? List.of()
        : List.of(new TimelineRow("broken", "mark", List.copyOf(marks.values())));
  }

  private static List<Chart> charts(List<Second> seconds) {
    return List.of(
        new Chart(
            "messages in each second",
            "/s",
            List.of(
                line("due", "b", seconds, Second::due),
                line("acknowledged", "a", seconds, Second::acknowledged)),
            false),
        new Chart(
            "from due to acknowledged",
            " ms",
            List.of(
                line("p50", "a", seconds, second -> latency(second, Latencies::p50)),
                line("p99", "b", seconds, second -> latency(second, Latencies::p99))),
            true),
        new Chart(
            "messages due and not settled",
            "",
            List.of(line("", "b", seconds, Second::waiting)),
            false),
        new Chart(
            "connections in each second",
            "/s",
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

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }
}
