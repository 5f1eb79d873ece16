package dev.carillon.bench.scenario;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.MeasuredSystem.SendingDevices;
import dev.carillon.bench.load.OpenLoop.Run;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.measurement.Measurement;
import dev.carillon.bench.rpc.SocketFanOut;
import dev.carillon.report.Numbers;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// The scenarios `chat` and `group`: connected users send at growing rates, two by two or all in
/// one group, with the proof that all messages arrived.
///
/// @param bearable what every system bears, in messages per second
/// @param warm the systems that are
record TalkScenario(
    Context context,
    Plan plan,
    MeasuredSystem.Shape shape,
    double bearable,
    Set<MeasuredSystem> warm) {
  static final Scenario CHAT =
      new Scenario(
          "chat",
          "pairs of people talk",
          Plan.of(1_000, 10, 15, 500.0, 1000.0, 2000.0, 3000.0),
          Plan.of(200, 4, 8, 200.0, 1000.0),
          context -> run(context, MeasuredSystem.Shape.PAIRS, 500),
          Scenario.Trait.FOR_PEERS);
  static final Scenario GROUP =
      new Scenario(
          "group",
          "all talk in one group",
          Plan.of(1_000, 10, 15, 2.0, 5.0, 10.0, 20.0),
          Plan.of(200, 4, 5, 5.0, 10.0),
          context -> run(context, MeasuredSystem.Shape.GROUP, 10),
          Scenario.Trait.FOR_PEERS);

  /// A rate is held when nearly all receivers have the message before it feels slow.
  private static final double HELD_MILLIS = 50;

  /// Beyond this a system has fallen so far behind that a higher rate shows nothing more.
  private static final double LOST_MILLIS = 1_000;

  private static final int FLOOR_BYTES = 200;
  private static final int FLOOR_ROUNDS = 50;

  private static void run(Context context, MeasuredSystem.Shape shape, double bearable)
      throws Exception {
    new TalkScenario(context, context.plan(), shape, bearable, new HashSet<>()).run();
  }

  private void run() throws Exception {
    if (shape == MeasuredSystem.Shape.GROUP) {
      measureSockets();
    }
    context.inTurn(this::measure);
    for (MeasuredSystem system : context.systems()) {
      double held = held(system);
      context
          .results()
          .say(
              "%s: highest rate with p99 of at most %s ms in some pair: %s"
                  .formatted(
                      system.name(),
                      Numbers.text(HELD_MILLIS),
                      held == 0 ? "none in a run that counts" : Numbers.text(held) + "/s"));
    }
  }

  private void measure(MeasuredSystem system, int pair) throws Exception {
    try (SendingDevices devices = system.gather(plan.users(), shape)) {
      if (warm.add(system)) {
        // Much work, so that compilers are done soon.
        double greatest = plan.rates().stream().mapToDouble(rate -> rate).max().orElse(1);
        double rate = Math.min(bearable, 2 * greatest);
        context.send(system, devices, rate, plan.warmUp());
      }
      context.observed(
          system,
          pair,
          () -> {
            for (double rate : plan.rates()) {
              if (isLost(context.take(() -> step(system, pair, devices, rate)))) {
                break;
              }
            }
          });
    }
  }

  private Measurement step(MeasuredSystem system, int pair, SendingDevices devices, double rate)
      throws InterruptedException {
    Run run = context.send(system, devices, rate, plan.step());
    Measurement measurement =
        context.measurement(system.name(), pair).run(run, plan.options().lateMillis());
    double messages = run.outcome().messages();
    double deliveries = run.outcome().deliveries();
    if (shape == MeasuredSystem.Shape.GROUP) {
      return measurement
          .time("last recipient", run.outcome().lastRecipient())
          .cpu(run.pace().cpu(), deliveries)
          .figure("deliveries per s", deliveries / run.pace().cpu().seconds())
          .figure("CPU us per message", run.pace().cpu().servers() * 1e6 / Math.max(1, messages));
    }
    return measurement
        .cpu(run.pace().cpu(), messages)
        .figure("CPU us per delivery", run.pace().cpu().servers() * 1e6 / Math.max(1, deliveries));
  }

  private static boolean isLost(Measurement step) {
    return !step.isComplete()
        || step.values().getOrDefault("delivered p99 ms", LOST_MILLIS + 1) > LOST_MILLIS;
  }

  private double held(MeasuredSystem system) {
    return context.results().of(context.scenario()).stream()
        .filter(one -> one.isOf(system.name()) && one.isClean())
        .filter(one -> one.values().getOrDefault("delivered p99 ms", LOST_MILLIS) <= HELD_MILLIS)
        .mapToDouble(Measurement::rate)
        .max()
        .orElse(0);
  }

  /// One writer on this machine cannot be faster than this.
  private void measureSockets() throws IOException {
    // Both ends of each are in this process.
    int sockets = Math.min(plan.users(), ProcFiles.connectionsOfAProcess() / 2);
    SocketFanOut cost = SocketFanOut.measure(context.loop(), sockets, FLOOR_BYTES, FLOOR_ROUNDS);
    context
        .results()
        .add(
            new Measurement(context.scenario(), "bare sockets", 1)
                .part("one write of %d bytes to each of %d".formatted(FLOOR_BYTES, sockets))
                .figure("all written ms", cost.millis())
                .figure("CPU us per delivery", cost.microsOfAWrite()));
  }
}
