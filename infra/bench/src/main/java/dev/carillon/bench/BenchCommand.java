package dev.carillon.bench;

import dev.carillon.bench.machine.Jvm;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.measurement.Results;
import dev.carillon.bench.peer.Peer;
import dev.carillon.bench.peer.Peers;
import dev.carillon.bench.scenario.Bench;
import dev.carillon.bench.scenario.Plan;
import dev.carillon.bench.scenario.Scenario;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.DurationConverter;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import dev.carillon.report.About;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
  /// The system property that makes a JVM good enough to generate load.
  static final String GENERATOR = "carillon.bench.generator";

  // Few collections, and short ones: nearly everything dies young.
  private static final List<String> GENERATOR_OPTIONS =
      List.of("-Xms768m", "-Xmx1536m", "-Xmn512m", "-D" + GENERATOR + "=true");

  private static final String ALL = "all";
  private static final int REPEATS = 2;
  private static final Duration LOCK_LIMIT = Duration.ofMillis(200);

  /// The most that the services take by default, less what belongs to a body besides its text.
  private static final int MAX_BODY = 32_000;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SCENARIO",
      completionCandidates = ScenarioHelp.class,
      description = "What to measure: all, or one of ${COMPLETION-CANDIDATES}.")
  String scenario = "";

  @Option(
      names = "--quick",
      description = "Little of everything: shows that it works, not how fast it is.")
  boolean quick;

  @Option(
      names = "--peer",
      split = ",",
      paramLabel = "NAME",
      description =
          "Measure peers in turn with Carillon; they must be installed. all: those that are."
              + " Default: none; with the scenario all every one that is installed.")
  List<String> peers = new ArrayList<>();

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "R",
      description = "Messages per second, one run for each.")
  List<Double> rates = new ArrayList<>();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long each run is measured. Default: 10s.")
  @Nullable Duration duration;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long each system works before the first run. Default: 15s.")
  @Nullable Duration warmUp;

  @Option(names = "--users", paramLabel = "N", description = "How many devices.")
  int users;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "How often all systems are measured, in turn. Default: 3 with a peer, else 1.")
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
      description =
          "Where installations live, each in its folder in DIR/bench, which is emptied first.")
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
      description =
          "Record where CPU and allocations go in Carillon's services: a flame graph and a flight"
              + " recording of each.")
  boolean profile;

  /// The command, to be added to a command line.
  public BenchCommand() {}

  /// The scenarios, for the usage text.
  static final class ScenarioHelp implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Bench.SCENARIOS.stream().map(one -> one.name() + " (" + one.about() + ")").iterator();
    }
  }

  @Override
  public Integer call() throws Exception {
    if (!Boolean.getBoolean(GENERATOR)) {
      return inGenerator(spec.commandLine().getParseResult().originalArgs());
    }
    refuseWrongValues();
    Path root = InstallationFolder.of(data).root().resolve("bench");
    List<String> absent = new ArrayList<>();
    List<Peer> beside = chosenPeers(absent);
    List<Bench.Step> steps = scenarios().stream().map(each -> step(each, root)).toList();
    Path folder = out == null ? root.resolve("results") : out.toAbsolutePath();
    Path clone = Path.of(System.getProperty("carillon.home", "."));
    About about = About.now(InstantSource.system().instant(), clone);
    PrintWriter standard = new PrintWriter(spec.commandLine().getOut(), true);
    PrintWriter error = new PrintWriter(spec.commandLine().getErr(), true);
    Results results =
        new Results(
            folder, about, json, standard::println, line -> error.println("carillon: " + line));
    results.begin(title(), quick);
    absent.forEach(results::say);
    try (Closeable _ = lock(root);
        Bench bench = new Bench(root, beside, profile, results)) {
      return bench.run(steps) ? ExitCodes.OK : ExitCodes.REFUSED;
    }
  }

  /// Two benchmarks would delete each other's installations.
  private static Closeable lock(Path root) throws IOException, InterruptedException {
    InstallationFolder folder = new InstallationFolder(root);
    Files.createDirectories(folder.run());
    return folder
        .take(LOCK_LIMIT)
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.REFUSED,
                "another benchmark runs in %s (process %s)"
                    .formatted(root, folder.holder().orElse(0))));
  }

  /// Before anything is started or written.
  private void refuseWrongValues() {
    require("--pairs", pairs, pairs >= 0, "1 or more");
    require("--users", users, users >= 0 && users % 2 == 0, "2 or more, and even");
    require("--body", body, body >= 1 && body <= MAX_BODY, "1 to " + MAX_BODY + " bytes");
    require("--late", late, late > 0, "more than 0");
    for (double rate : rates) {
      require("--rate", rate, rate > 0, "more than 0");
    }
  }

  private static void require(String option, Object value, boolean right, String expected) {
    if (!right) {
      throw usage("%s: %s (expected: %s)".formatted(option, value, expected));
    }
  }

  /// Runs the command line in a JVM for it, on the same standard streams: the one of the command
  /// line is made for short lives.
  private static int inGenerator(List<String> arguments) throws IOException, InterruptedException {
    // The same main class, whoever it belongs to.
    String main = System.getProperty("sun.java.command", "").split(" ", 2)[0];
    List<String> command = Jvm.command(GENERATOR_OPTIONS, main, arguments);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop"));
    return process.waitFor();
  }

  private String title() {
    return "carillon bench "
        + scenario
        + (together ? ", every service in one JVM" : "")
        + (quick ? ", a quick look: figures mean nothing" : "")
        + (isAll() && pairs <= 1 && !quick ? ", one short pair: no publication" : "");
  }

  private boolean isAll() {
    return scenario.equals(ALL);
  }

  private List<Scenario> scenarios() {
    List<Scenario> chosen =
        Bench.SCENARIOS.stream().filter(one -> isAll() || one.name().equals(scenario)).toList();
    if (chosen.isEmpty()) {
      throw usage(
          "scenario: %s (expected: all or one of %s)"
              .formatted(
                  scenario,
                  Bench.SCENARIOS.stream().map(Scenario::name).collect(Collectors.joining(", "))));
    }
    return chosen;
  }

  private List<Peer> chosenPeers(List<String> missing) {
    List<Peer> known = Peers.all(System.getenv());
    List<String> names = known.stream().map(Peer::name).toList();
    boolean every = peers.equals(List.of(ALL)) || (peers.isEmpty() && isAll());
    List<Peer> chosen = new ArrayList<>();
    for (String name : every ? names : peers) {
      if (!names.contains(name)) {
        throw usage("--peer: %s (expected: all, or %s)".formatted(name, String.join(", ", names)));
      }
      Peer peer = known.get(names.indexOf(name));
      Optional<String> absent = peer.absent();
      if (absent.isEmpty()) {
        chosen.add(peer);
      } else if (every) {
        missing.add("ABSENT: " + name + ": " + absent.get());
      } else {
        throw usage("--peer: " + absent.get());
      }
    }
    return chosen;
  }

  private Bench.Step step(Scenario one, Path root) {
    boolean losesGateway = one.has(Scenario.Trait.LOSES_A_GATEWAY);
    if (together && losesGateway && !isAll()) {
      throw usage("--together: storm kills a gateway and nothing else (expected: without)");
    }
    Plan given = quick ? one.quick() : one.usual();
    int often = pairs > 0 ? pairs : peers.isEmpty() ? 1 : 3;
    // With all, rates and users are each scenario's own.
    Plan plan =
        new Plan(
            rates.isEmpty() || isAll() ? given.rates() : rates,
            users > 0 && !isAll() ? users : given.users(),
            duration == null ? given.duration() : duration,
            warmUp == null ? given.warmUp() : warmUp,
            new Plan.Options(often, isAll() ? REPEATS : 0, isEven(), seed, late, body));
    InstallationFolder folder = new InstallationFolder(root.resolve("carillon"));
    boolean processes = !together || losesGateway;
    InstanceCounts counts = counts(losesGateway);
    // One process has room for as many, however many gateways are in it.
    int gateways = processes ? counts.of(ConnectionConfig.SERVICE) : 1;
    int ofAProcess = ProcFiles.connectionsOfAProcess();
    String missing = one.missingFiles(plan.users(), ofAProcess, gateways);
    if (!missing.isEmpty()) {
      throw usage(missing);
    }
    return new Bench.Step(one, plan, new InstallationPlan(folder, processes, counts, true));
  }

  private boolean isEven() {
    if (!arrivals.equals("poisson") && !arrivals.equals("fixed")) {
      throw usage("--arrivals: " + arrivals + " (expected: poisson or fixed)");
    }
    return arrivals.equals("fixed");
  }

  private InstanceCounts counts(boolean losesGateway) {
    try {
      boolean several = instances.isEmpty() && losesGateway;
      return InstanceCounts.parse(several ? "connection=2" : instances);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private static CommandFailure usage(String why) {
    return new CommandFailure(ExitCodes.USAGE, why);
  }
}
