package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Run;
import dev.carillon.bench.report.Chart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The chart of a series of rates: how late messages were at each rate, and what they cost.
final class RateStepsPicture {
  private RateStepsPicture() {}

  /// Two charts, one above the other, as SVG.
  static String draw(String scenario, List<Run> runs, Run.Limits limits) {
    Map<String, Chart.Line> late = new LinkedHashMap<>();
    Map<String, Chart.Line> cost = new LinkedHashMap<>();
    for (Run run : runs) {
      if (run.outcome().delivered().count() == 0) {
        continue;
      }
      boolean worthless = !run.voidBecause(limits).isEmpty();
      Chart.Line times = late.computeIfAbsent(run.side(), Chart.Line::new);
      times.add(run.rate(), run.outcome().delivered().p99(), worthless);
      Chart.Line micros = cost.computeIfAbsent(run.side(), Chart.Line::new);
      micros.add(run.rate(), run.microsOfAMessage(), worthless);
    }
    return Chart.page(
        scenario,
        List.of(
            new Chart("delivered, p99, ms from due", List.copyOf(late.values())),
            new Chart("server CPU, us per message", List.copyOf(cost.values()))));
  }
}
