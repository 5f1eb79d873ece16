package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Run;
import dev.carillon.report.RateChart;
import java.util.List;

/// The chart of a series of rates: how late messages were at each rate, and what they cost.
final class RateStepsPicture {
  private RateStepsPicture() {}

  /// Two charts, one above the other, as a page.
  static String draw(String scenario, List<Run> runs, Run.Limits limits) {
    RateChart late = new RateChart("delivered, p99, ms from due");
    RateChart cost = new RateChart("server CPU, us per message");
    for (Run run : runs) {
      if (run.outcome().delivered().count() > 0) {
        boolean isVoid = !run.voidBecause(limits).isEmpty();
        late.add(run.side(), run.rate(), run.outcome().delivered().p99(), isVoid);
        cost.add(run.side(), run.rate(), run.microsOfAMessage(), isVoid);
      }
    }
    return RateChart.page(scenario, List.of(late, cost));
  }
}
