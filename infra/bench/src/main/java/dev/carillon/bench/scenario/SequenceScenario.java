package dev.carillon.bench.scenario;

import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop.Window;
import dev.carillon.bench.machine.Jcmd;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.bench.measurement.Ratio;
import dev.carillon.bench.rpc.Echo;
import dev.carillon.bench.rpc.NumberRequests;
import dev.carillon.bench.rpc.RedisCalls;
import dev.carillon.bench.scenario.ServiceRuns.Side;
import dev.carillon.sequence.SequenceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The scenario `sequence`: the sequence service alone. Full streams and unary calls beside an echo
/// of the same messages; durable numbers beside INCR of a Redis, as many requests out at a time on
/// both sides; calls when they are due, at half of what saturation gave; and the heap that many
/// conversations take.
///
/// Beside Redis the figure that counts is how many numbers callers got for each second of CPU of
/// the machine, the generator's own included: it runs on the same machine in production too, as the
/// caller.
record SequenceScenario(Context context, Plan plan, ServiceRuns runs) {
  static final Scenario SCENARIO =
      new Scenario(
          "sequence",
          "numbers of one service at saturation and when due, beside an echo and a Redis",
          Plan.of(1_000_000, 10, 15),
          Plan.of(10_000, 2, 2),
          context ->
              new SequenceScenario(
                      context, context.plan(), ServiceRuns.of(context, SequenceConfig.SERVICE))
                  .run(),
          Scenario.Trait.NO_DEVICES);

  private static final int HOT_KEYS = 8;
  private static final int MANY_KEYS = 1_000;
  private static final int STREAMS = 4;
  private static final int OUTSTANDING = 128;
  private static final int BESIDE_REDIS = 50;
  private static final int FILLING = 4 * NumberRequests.KEYS_OF_A_REQUEST;
  private static final double PART_OF_SATURATION = 0.5;
  private static final double NUMBERS_OF_A_WRITE = 10_000;
  private static final double MEBIBYTE = 1 << 20;
  private static final String ECHO = "echo";

  private void run() throws Exception {
    context.observed(
        context.carillon(),
        1,
        () -> {
          try (Echo echo = Echo.start();
              Calls blocks = streams(runs.address());
              Calls blockEchoes = streams(echo.address());
              Calls calls = NumberRequests.unary(runs.address(), HOT_KEYS);
              Calls echoes = NumberRequests.unary(echo.address(), HOT_KEYS)) {
            besideEcho("blocks, full streams", blocks, blockEchoes, echo);
            double perSecond = besideEcho("calls, saturation", calls, echoes, echo);
            besideRedis();
            due(calls, echoes, echo, PART_OF_SATURATION * perSecond);
          }
        });
    fill();
  }

  private static Calls streams(String to) {
    int keys = OUTSTANDING / STREAMS;
    return NumberRequests.streams(to, STREAMS, keys, false);
  }

  /// @return how many the service did per second, on average
  private double besideEcho(String part, Calls calls, Calls echoes, Echo echo) throws Exception {
    Side ours = runs.ours(part, calls);
    Side floor = Side.floor(ECHO, part, echoes, echo.jvm().pid());
    runs.warm(ours, Window.of(OUTSTANDING));
    runs.warm(floor, Window.of(OUTSTANDING));
    List<Double> rates = new ArrayList<>();
    context.alone((system, pair) -> {
      Measurement measured = runs.busy(ours, pair, Window.of(OUTSTANDING));
      rates.add(measured.value(ServiceRuns.PER_SECOND));
      runs.busy(floor, pair, Window.of(OUTSTANDING));
    });
    return rates.stream().mapToDouble(rate -> rate).average().orElse(1);
  }

  private void besideRedis() throws Exception {
    try (Calls blocks = NumberRequests.streams(runs.address(), 1, BESIDE_REDIS, true);
        Calls calls = NumberRequests.unary(runs.address(), BESIDE_REDIS);
        RedisCalls durable = redis(true);
        RedisCalls unkept = redis(false)) {
      String part = "numbers, " + BESIDE_REDIS + " out";
      Side reserve = runs.ours(part + ": Reserve", blocks);
      Side next = runs.ours(part + ": NextNumbers", calls);
      List<Side> floors =
          List.of(
              Side.floor("redis, appendfsync always", part, durable, durable.pid()),
              Side.floor("redis, nothing kept", part, unkept, unkept.pid()));
      Map<String, List<Double>> ratios = new LinkedHashMap<>();
      context.alone((system, pair) -> {
        double block = perCpuSecond(reserve, pair);
        double single = perCpuSecond(next, pair);
        for (Side floor : floors) {
          double below = perCpuSecond(floor, pair);
          ratios
              .computeIfAbsent("Reserve / " + floor.system(), none -> new ArrayList<>())
              .add(block / below);
          ratios
              .computeIfAbsent("NextNumbers / " + floor.system(), none -> new ArrayList<>())
              .add(single / below);
        }
      });
      ratios.forEach((what, all) ->
          context.results().say("Numbers per CPU-second, " + what + ": " + Ratio.of(all)));
    }
  }

  private double perCpuSecond(Side side, int pair) throws Exception {
    return runs.busy(side, pair, Window.of(BESIDE_REDIS)).value(ServiceRuns.PER_CPU_SECOND);
  }

  private RedisCalls redis(boolean durable) {
    Path folder = context.carillon().installation().folder().root().resolveSibling("redis");
    String name = durable ? "durable" : "unkept";
    return new RedisCalls(folder.resolve(name), context.loop(), durable, BESIDE_REDIS);
  }

  private void due(Calls calls, Calls echoes, Echo echo, double usual) throws Exception {
    List<Double> given = plan.rates();
    try (Calls many = NumberRequests.unary(runs.address(), MANY_KEYS)) {
      Side hot = runs.ours("calls, %d keys".formatted(HOT_KEYS), calls);
      Side floor = Side.floor(ECHO, hot.part(), echoes, echo.jvm().pid());
      Side wide = runs.ours("calls, %d keys".formatted(MANY_KEYS), many);
      for (double rate : given.isEmpty() ? List.of(usual) : given) {
        context.alone((system, pair) -> {
          runs.due(hot, pair, rate, SequenceScenario::addWrites);
          runs.due(floor, pair, rate, ServiceRuns.NONE);
          runs.due(wide, pair, rate, SequenceScenario::addWrites);
        });
      }
    }
  }

  /// What the service made durable meanwhile.
  private static void addWrites(Measurement measurement, ToDoubleFunction<String> growth) {
    double writes = growth.applyAsDouble("carillon_sequence_numbers_total") / NUMBERS_OF_A_WRITE;
    measurement
        .figure(
            "transactions per 10,000",
            growth.applyAsDouble("carillon_sequence_refill_batch_count") / writes)
        .figure(
            "rows per 10,000", growth.applyAsDouble("carillon_sequence_refill_batch_sum") / writes);
  }

  /// How much the heap grows when so many conversations have numbers in it. Only once: they stay.
  private void fill() throws Exception {
    List<Long> service = context.carillon().processes("sequence").values().iterator().next();
    long before = Jcmd.heapAfterCollection(service);
    try (Calls keys = NumberRequests.filling(runs.address(), plan.users())) {
      runs.all(
          runs.ours("conversations in memory", keys),
          Window.of(FILLING),
          (measurement, growth) -> {
            double resident = growth.applyAsDouble("carillon_sequence_resident_keys");
            double grown = Jcmd.heapAfterCollection(service) - before;
            measurement
                .figure("keys in memory", resident)
                .memory("sequence heap MiB", grown / MEBIBYTE)
                .memory("sequence heap bytes each", grown / resident);
          });
    }
  }
}
