package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop.Window;
import dev.carillon.bench.rpc.AppendRequests.Conversation;
import dev.carillon.bench.rpc.Pages;
import dev.carillon.bench.scenario.ServiceRuns.Side;
import dev.carillon.message.MessageConfig;
import dev.carillon.report.Numbers;
import java.sql.SQLException;
import java.util.List;

/// The scenario `history`: pages anywhere in many old conversations, read when they are due; and
/// one page that all members of a group request at the same moment.
record HistoryScenario(Context context, Plan plan, ServiceRuns runs) {
  static final Scenario SCENARIO =
      new Scenario(
          "history",
          "pages out of many old messages, and one page that all request at once",
          Plan.of(1_000, 10, 15, 1000.0),
          Plan.of(20, 2, 2, 200.0),
          context ->
              new HistoryScenario(
                      context, context.plan(), ServiceRuns.of(context, MessageConfig.SERVICE))
                  .run(),
          Scenario.Trait.NO_DEVICES);

  private static final String SELECTS = "Com_select";
  private static final int BURSTS = 3;

  private void run() throws Exception {
    List<Conversation> conversations = fill();
    context.observed(
        context.carillon(),
        1,
        () -> {
          read(conversations);
          burst();
        });
  }

  private List<Conversation> fill() throws SQLException {
    long begin = System.nanoTime();
    List<Conversation> all = Pages.fill(runs.database(), plan.users(), plan.text());
    double seconds = (System.nanoTime() - begin) / 1e9;
    context
        .results()
        .say(
            "history: %d conversations of %d messages each, written in %s s"
                .formatted(all.size(), Pages.OLD_MESSAGES, Numbers.text(seconds)));
    return all;
  }

  private void read(List<Conversation> conversations) throws Exception {
    try (Calls calls = Pages.anywhere(runs.address(), conversations, plan.options().seed())) {
      Side side = runs.ours("pages of " + Pages.MESSAGES, calls);
      runs.warm(side, plan.rate());
      context.alone((system, pair) -> {
        for (double rate : plan.rates()) {
          int pages = plan.schedule(rate, plan.step()).size();
          runs.due(
              side,
              pair,
              rate,
              (measurement, growth) ->
                  measurement.figure("SELECTs per page", growth.applyAsDouble(SELECTS) / pages));
        }
      });
    }
  }

  /// The first burst makes the path warm and is reported like the others.
  private void burst() throws Exception {
    int readers = plan.users();
    try (Calls calls = Pages.newest(runs.address(), readers, plan.text())) {
      for (int number = 1; number <= BURSTS; number++) {
        String part = "%d readers at once, burst %d".formatted(readers, number);
        runs.all(
            runs.ours(part, calls),
            Window.of(readers),
            (measurement, growth) ->
                measurement
                    .figure(
                        "all answered after ms",
                        1e3 * readers / measurement.value(ServiceRuns.PER_SECOND))
                    .figure("SELECTs", growth.applyAsDouble(SELECTS)));
      }
    }
  }
}
