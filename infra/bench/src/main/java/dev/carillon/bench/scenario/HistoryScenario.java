package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.Paced;
import dev.carillon.bench.load.PacedCalls;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Report;
import dev.carillon.bench.rpc.Burst;
import dev.carillon.bench.rpc.HistoryTable;
import dev.carillon.bench.rpc.HotPage;
import dev.carillon.bench.rpc.PageCalls;
import dev.carillon.bench.rpc.ServerStatus;
import dev.carillon.message.MessageConfig;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The scenario `history`: pages anywhere in many old conversations, read when they are due; and
/// one page that all members of a group want at the same moment.
final class HistoryScenario {
  private static final String SELECTS = "SELECTs per page";
  private static final String COUNTER = "Com_select";
  private static final int BURSTS = 3;

  private final Plans plans;
  private final Report report;
  private final CarillonSystem side;
  private final String text;
  private final String address;

  /// @param text what each message holds
  HistoryScenario(Plans plans, Report report, CarillonSystem side, String text) {
    this.plans = plans;
    this.report = report;
    this.side = side;
    this.text = text;
    this.address = side.address(MessageConfig.SERVICE);
  }

  /// Measures and reports.
  ///
  /// @return whether every promise was kept
  boolean run() throws InterruptedException {
    List<HistoryTable.OldConversation> conversations = fill();
    try (ServerStatus database =
        ServerStatus.open(side.databaseAddress(), side.databasePassword())) {
      boolean kept = pages(conversations, database);
      kept &= burst(database);
      return kept;
    }
  }

  private List<HistoryTable.OldConversation> fill() {
    long begin = System.nanoTime();
    try (HistoryTable table = HistoryTable.open(side.databaseAddress(), side.databasePassword())) {
      List<HistoryTable.OldConversation> conversations = table.fill(plans.users(), text);
      report.say(
          "history: %d conversations of %d messages each, written in %s s"
              .formatted(
                  conversations.size(),
                  HistoryTable.MESSAGES,
                  Numbers.text((System.nanoTime() - begin) / 1e9)));
      return conversations;
    }
  }

  private boolean pages(List<HistoryTable.OldConversation> conversations, ServerStatus database)
      throws InterruptedException {
    PacedRuns runs = new PacedRuns("history", plans, report, SELECTS);
    Map<String, List<Long>> processes = side.processes("message", "mariadb");
    try (PageCalls calls = new PageCalls(address, conversations, plans.arrivals().seed())) {
      double first = plans.rates().getFirst();
      PacedCalls.run(calls, plans.schedule(first, plans.warmUp()), Duration.ZERO, processes);
      for (int round = 0; round < plans.rounds(); round++) {
        for (double rate : plans.rates()) {
          Duration length = Plans.LEAD_IN.plus(plans.duration());
          long before = database.count(COUNTER);
          Paced run = PacedCalls.run(calls, plans.schedule(rate, length), Plans.LEAD_IN, processes);
          double selects = database.count(COUNTER) - before;
          runs.add(
              "page of " + PageCalls.PAGE,
              run,
              Map.of(SELECTS, selects / plans.schedule(rate, length).size()));
        }
      }
    }
    return runs.end("history: pages anywhere, read when they are due");
  }

  /// The first burst makes the path warm and is told like the others.
  private boolean burst(ServerStatus database) throws InterruptedException {
    Table table =
        new Table("readers", "burst", "SELECTs", "all answered after ms", "load", "verdict");
    boolean kept = true;
    try (HotPage page = new HotPage(address, plans.users(), text)) {
      for (int number = 1; number <= BURSTS; number++) {
        long before = database.count(COUNTER);
        Burst burst = Burst.of(page, plans.users());
        long selects = database.count(COUNTER) - before;
        kept &= burst.broken() == 0;
        row(table, number, burst, selects);
      }
    }
    report.table("history: all members of a group want its newest page at once", table);
    return kept;
  }

  private void row(Table table, int number, Burst burst, long selects) {
    String verdict = burst.broken() == 0 ? "ok" : "FAIL: " + burst.broken() + " wrong pages";
    if (burst.refused() > 0) {
      verdict += ", " + burst.refused() + " refused";
    }
    double load = ProcFiles.ofThisMachine().load();
    table.row(
        List.of(
            Integer.toString(plans.users()),
            Integer.toString(number),
            Long.toString(selects),
            Numbers.text(burst.millis()),
            Numbers.text(load),
            verdict));
    JsonObject json = new JsonObject();
    json.addProperty("scenario", "history");
    json.addProperty("what", "burst");
    json.addProperty("readers", plans.users());
    json.addProperty("selects", selects);
    json.addProperty("pages", burst.done());
    json.addProperty("millis", burst.millis());
    json.addProperty("verdict", verdict);
    json.addProperty("load", load);
    report.result(json);
  }
}
