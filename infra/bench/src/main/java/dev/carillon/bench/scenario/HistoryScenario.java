package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.Window;
import dev.carillon.bench.rpc.HistoryTable;
import dev.carillon.bench.rpc.Pages;
import dev.carillon.bench.scenario.ServiceRuns.Side;
import dev.carillon.message.MessageConfig;
import dev.carillon.report.Numbers;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The scenario `history`: pages anywhere in many old conversations, read when they are due; and
/// one page that all members of a group request at the same moment.
final class HistoryScenario {
  static final Scenario SCENARIO =
      new Scenario(
          "history",
          "pages out of many old messages, and one page that all request at once",
          Load.of(1_000, 10, 15, 1000.0),
          Load.of(20, 2, 2, 200.0),
          Set.of(),
          Set.of(),
          context -> new HistoryScenario(context).run());

  private static final String SELECTS = "Com_select";
  private static final int BURSTS = 3;

  private final Context context;
  private final Plan plan;
  private final ServiceRuns runs;
  private final String text;
  private final String address;
  private final Map<String, List<Long>> processes;

  private HistoryScenario(Context context) {
    CarillonSystem carillon = context.carillon();
    this.context = context;
    this.plan = context.plan();
    this.runs = new ServiceRuns(context, MessageConfig.SERVICE);
    this.text = "x".repeat(plan.textLength());
    this.address = carillon.address(MessageConfig.SERVICE);
    this.processes = carillon.processes("message", "mariadb");
  }

  private void run() throws Exception {
    List<HistoryTable.OldConversation> conversations = fill();
    context.observed(
        context.carillon(),
        1,
        () -> {
          read(conversations);
          burst();
        });
  }

  private List<HistoryTable.OldConversation> fill() throws SQLException {
    long begin = System.nanoTime();
    List<HistoryTable.OldConversation> all = HistoryTable.fill(runs.database(), plan.users(), text);
    double seconds = (System.nanoTime() - begin) / 1e9;
    context
        .results()
        .say(
            "history: %d conversations of %d messages each, written in %s s"
                .formatted(all.size(), HistoryTable.MESSAGES, Numbers.text(seconds)));
    return all;
  }

  private void read(List<HistoryTable.OldConversation> conversations) throws Exception {
    try (Calls calls = Pages.anywhere(address, conversations, plan.arrivals().seed())) {
      Side side = Side.carillon("pages of " + Pages.MESSAGES, calls, processes);
      runs.warm(side, plan.rate());
      context.alone((system, pair) -> {
        for (double rate : plan.load().rates()) {
          int pages = plan.schedule(rate, context.step()).size();
          runs.due(
              side,
              pair,
              rate,
              (measurement, growth, result) ->
                  measurement.figure("SELECTs per page", growth.applyAsDouble(SELECTS) / pages));
        }
      });
    }
  }

  /// The first burst makes the path warm and is reported like the others.
  private void burst() throws Exception {
    int readers = plan.users();
    try (Calls calls = Pages.newest(address, readers, text)) {
      for (int number = 1; number <= BURSTS; number++) {
        String part = "%d readers at once, burst %d".formatted(readers, number);
        Side side = Side.carillon(part, calls, processes);
        runs.all(
            side,
            1,
            readers,
            Window.of(readers),
            (measurement, growth, result) ->
                measurement
                    .figure("all answered after ms", 1e3 * result.pace().cpu().seconds())
                    .figure("SELECTs", growth.applyAsDouble(SELECTS)));
      }
    }
  }
}
