package dev.carillon.bench;

import static dev.carillon.cli.Durations.Unit.MILLISECONDS;
import static dev.carillon.cli.Durations.Unit.MINUTES;
import static dev.carillon.cli.Durations.Unit.SECONDS;

import dev.carillon.bench.load.Run;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.scenario.Bench;
import dev.carillon.bench.scenario.FileLimits;
import dev.carillon.bench.scenario.Plans;
import dev.carillon.bench.scenario.Scenario;
import dev.carillon.cli.CommandFailure;
import dev.carillon.cli.DataFolder;
import dev.carillon.cli.Durations;
import dev.carillon.cli.ExitCodes;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.local.supervisor.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `carillon bench`: how fast it is, together with the proof that nothing was lost at that speed.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measure an installation of its own.",
      "Load is open loop: messages are due at times settled beforehand, and latency counts from"
          + " then. Every message is followed to every receiver. Exit code 1 when one was lost,"
          + " doubled or out of order. A run in which the generator itself was late is VOID."
    })
public final class BenchCommand implements Callable<Integer> {

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SCENARIO",
      description = {
        "What to measure:",
        "chat: pairs of people talk; group: all talk in one group; idle: memory of devices that"
            + " only show life; signin: how fast devices come in; sequence, store: one service at"
            + " saturation and when calls are due, beside its floor; history: old messages are"
            + " read; storm: a gateway is killed and one is drained; freeze: devices stop reading;"
            + " sync: new devices catch up"
      })
  String scenario = "";

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      description = "Measure a peer in turn with Carillon: ejabberd, which must be installed.")
  @Nullable String peer;

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "R",
      description = "Messages per second, one run for each.")
  List<Double> rates = new ArrayList<>();

  @Option(
      names = "--duration",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "How long each run is measured. Default: ${DEFAULT-VALUE}.")
  String duration = "";

  @Option(
      names = "--warm-up",
      defaultValue = "15s",
      paramLabel = "TIME",
      description = "How long each side works before the first run. Default: ${DEFAULT-VALUE}.")
  String warmUp = "";

  @Option(names = "--users", paramLabel = "N", description = "How many devices.")
  int users;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "How often all sides are measured, in turn. Default: 3 with a peer, else 1.")
  int pairs;

  @Option(
      names = "--arrivals",
      defaultValue = "poisson",
      paramLabel = "KIND",
      description = "How messages come: poisson or fixed. Default: ${DEFAULT-VALUE}.")
  String arrivals = "";

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed gives the same arrivals. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--body",
      defaultValue = "100",
      paramLabel = "BYTES",
      description = "How long each text is. Default: ${DEFAULT-VALUE}.")
  int body;

  @Option(
      names = "--late",
      defaultValue = "1",
      paramLabel = "MS",
      description =
          "A run is void when the generator's own lateness (p99.9) is above this. Default:"
              + " ${DEFAULT-VALUE} ms.")
  double late;

  @Option(
      names = "--instances",
      defaultValue = "",
      paramLabel = "SERVICE=COUNT,...",
      description = "How many of each service. Default: one each.")
  String instances = "";

  @Option(
      names = "--together",
      description = "Run every service in one JVM, as up does, instead of a process each.")
  boolean together;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where installations live; bench in it is emptied first.")
  @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: bench/results in the data folder.")
  @Nullable Path out;

  @Option(names = "--json", description = "Print JSON objects, one a line, and nothing else.")
  boolean json;

  @Option(
      names = "--profile",
      description = "Record where CPU and allocations go in Carillon's services, and sum it up.")
  boolean profile;

  /// The command, to be added to a command line.
  public BenchCommand() {}

  @Override
  public Integer call() throws Exception {
    if (!GeneratorJvm.isThis()) {
      return GeneratorJvm.run(spec.commandLine().getParseResult().originalArgs());
    }
    Plans plans = plans();
    new FileLimits(ProcFiles.ofThisMachine().connectionsOfAProcess(), gateways())
        .missing(scenario(), plans.users())
        .ifPresent(why -> {
          throw new CommandFailure(ExitCodes.USAGE, why);
        });
    boolean kept = new Bench(setting(), this::print, this::say).run(scenario(), plans);
    return kept ? ExitCodes.OK : ExitCodes.REFUSED;
  }

  private Bench.Setting setting() {
    Path root = DataFolder.of(data).resolve("bench");
    if (peer != null && !peer.equals("ejabberd")) {
      throw new CommandFailure(ExitCodes.USAGE, "--peer: " + peer + " (expected: ejabberd)");
    }
    if (together && scenario() == Scenario.STORM) {
      throw new CommandFailure(
          ExitCodes.USAGE,
          "--together: storm kills a gateway and nothing else (expected: without)");
    }
    Path results = out == null ? root.resolve("results") : out.toAbsolutePath();
    InstallationFolder folder = new InstallationFolder(root.resolve("carillon"));
    InstallationPlan plan = new InstallationPlan(folder, !together, counts(), true);
    return new Bench.Setting(root, results, plan, peer != null, body, json, profile);
  }

  private Plans plans() {
    int rounds = pairs > 0 ? pairs : peer == null ? 1 : 3;
    if (!arrivals.equals("poisson") && !arrivals.equals("fixed")) {
      throw new CommandFailure(
          ExitCodes.USAGE, "--arrivals: " + arrivals + " (expected: poisson or fixed)");
    }
    return new Plans(
        rates.isEmpty() ? scenario().rates() : rates,
        duration("--duration", duration),
        duration("--warm-up", warmUp),
        users > 0 ? users : scenario().users(),
        rounds,
        new Plans.Arrivals(arrivals.equals("fixed"), seed),
        new Run.Limits(late, Run.Limits.USUAL.generatorShare()));
  }

  private Scenario scenario() {
    return Scenario.of(scenario)
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.USAGE,
                "scenario: " + scenario + " (expected: one of " + Scenario.names() + ")"));
  }

  private InstanceCounts counts() {
    try {
      boolean several = instances.isEmpty() && scenario() == Scenario.STORM;
      return InstanceCounts.parse(several ? "connection=2" : instances);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCodes.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private int gateways() {
    // One process has room for as many, however many gateways are in it.
    return together ? 1 : counts().of(ConnectionConfig.SERVICE);
  }

  private static Duration duration(String option, String text) {
    return Durations.parse(text.toLowerCase(Locale.ROOT), MILLISECONDS, SECONDS, MINUTES)
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.USAGE, option + ": " + text + " (expected: such as 10s, 500ms or 2m)"));
  }

  private void print(String line) {
    PrintWriter to = spec.commandLine().getOut();
    to.println(line);
    to.flush();
  }

  private void say(String line) {
    PrintWriter to = spec.commandLine().getErr();
    to.println("carillon: " + line);
    to.flush();
  }
}
