package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop.Window;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.bench.rpc.AppendRequests;
import dev.carillon.bench.rpc.Echo;
import dev.carillon.bench.rpc.InsertCalls;
import dev.carillon.bench.rpc.NumberRequests;
import dev.carillon.bench.scenario.ServiceRuns.Side;
import dev.carillon.message.MessageConfig;
import dev.carillon.report.Numbers;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The scenario `store`: the message service alone. Without rates one stream is kept as full as the
/// service takes it, beside inserts of a hundred rows; with rates messages are appended when they
/// are due, the least of them beside an insert of one row and a call.
record StoreScenario(Context context, Plan plan, ServiceRuns runs) {
  static final Scenario SCENARIO =
      new Scenario(
          "store",
          "appends to one service at saturation or when due, beside inserts into the same table",
          Plan.of(2, 10, 15),
          Plan.of(2, 2, 2),
          context ->
              new StoreScenario(
                      context, context.plan(), ServiceRuns.of(context, MessageConfig.SERVICE))
                  .run(),
          Scenario.Trait.NO_DEVICES);

  private static final int CONVERSATIONS = 1_000;
  private static final int ITEMS = 100;
  private static final int LEAST = 2 * ITEMS;
  private static final int MOST = 2_000;
  private static final double WARM_RATE = 2_000;
  private static final double QUIET = 100;
  private static final String APPENDS = "appends";

  private void run() throws Exception {
    boolean full = plan.rates().isEmpty();
    int items = full ? ITEMS : 1;
    context.observed(
        context.carillon(),
        1,
        () -> {
          try (Calls appends =
                  AppendRequests.stream(
                      runs.address(),
                      AppendRequests.direct("store", CONVERSATIONS),
                      plan.text(),
                      items);
              Calls inserts = new InsertCalls(runs.database(), plan.text(), items)) {
            CarillonSystem carillon = context.carillon();
            Side ours = new Side(carillon.name(), APPENDS, appends, carillon.processes());
            Map<String, List<Long>> database = carillon.processes("mariadb");
            Side floor =
                new Side(
                    full ? "insert of 100 rows" : "insert of one row", APPENDS, inserts, database);
            if (full) {
              saturate(ours, floor);
            } else {
              due(ours, floor);
            }
          }
        });
  }

  private void saturate(Side ours, Side floor) throws Exception {
    runs.warm(ours, new Window(LEAST, MOST));
    runs.warm(floor, Window.of(1));
    context.alone((system, pair) -> {
      runs.busy(ours, pair, new Window(LEAST, MOST));
      runs.busy(floor, pair, Window.of(1));
    });
  }

  private void due(Side ours, Side floor) throws Exception {
    double greatest = plan.rates().stream().mapToDouble(rate -> rate).max().orElse(QUIET);
    double quietest = plan.rates().stream().mapToDouble(rate -> rate).min().orElse(QUIET);
    runs.warm(ours, Math.min(WARM_RATE, 2 * greatest));
    context.alone((system, pair) -> {
      for (double rate : plan.rates()) {
        Measurement appends = runs.due(ours, pair, rate, this::addCommits);
        if (rate == quietest && rate <= QUIET) {
          beside(appends, floor, pair);
        }
      }
    });
  }

  /// The counters have grown over the whole step, its first part included.
  private void addCommits(Measurement measurement, ToDoubleFunction<String> growth) {
    double seconds = plan.step().toMillis() / 1e3;
    double batches = growth.applyAsDouble("carillon_message_batch_size_count");
    double messages = growth.applyAsDouble("carillon_message_batch_size_sum");
    measurement
        .figure("appends' commits per s", batches / seconds)
        .figure("messages per commit", messages / batches)
        .figure("all commits per s", growth.applyAsDouble("Com_commit") / seconds);
  }

  /// What one append that comes alone cannot be faster than: an insert, and a call.
  private void beside(Measurement appends, Side inserts, int pair) throws Exception {
    try (Echo echo = Echo.start();
        Calls echoes = NumberRequests.unary(echo.address(), 1)) {
      Side call = Side.floor("unary echo", APPENDS, echoes, echo.jvm().pid());
      // A JVM that has answered nothing yet is no floor.
      runs.warm(call, WARM_RATE);
      double append = appends.value(ServiceRuns.MEDIAN);
      double floor =
          runs.due(call, pair, appends.rate(), ServiceRuns.NONE).value(ServiceRuns.MEDIAN)
              + runs.due(inserts, pair, appends.rate(), ServiceRuns.NONE).value(ServiceRuns.MEDIAN);
      context
          .results()
          .say(
              "store: p50 of an append at %s/s is %s ms, of an insert and a call %s ms: %s times as long"
                  .formatted(
                      Numbers.text(appends.rate()),
                      Numbers.text(append),
                      Numbers.text(floor),
                      Numbers.text(append / floor)));
    }
  }
}
