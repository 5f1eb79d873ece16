package dev.carillon.check;

import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.fault.Nemesis;
import dev.carillon.check.fault.TestInstallation;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.property.Property;
import dev.carillon.check.report.Counts;
import dev.carillon.check.report.Recovery;
import dev.carillon.check.report.Timeline;
import dev.carillon.check.report.Verdict;
import dev.carillon.check.report.VerdictJson;
import dev.carillon.check.report.VerdictText;
import dev.carillon.check.workload.Endpoints;
import dev.carillon.check.workload.Workload;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.installation.LocalTokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon check`: proves the delivery contract on an installation, or shows where it is broken.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Prove that no message is lost, doubled, altered or out of order, while things break.",
      "People with several devices talk, go away and come back; everything they do and see is"
          + " recorded and judged. Without --endpoint it starts an installation of its own, which"
          + " it may break. Exit code 1 when a promise was broken."
    })
public final class CheckCommand implements Callable<Integer> {
  private static final DateTimeFormatter RUN_NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  /// Longer than any clock is made to jump.
  private static final Duration TOKEN_LIFETIME = Duration.ofDays(30);

  private static final Duration CHANGE_EVERY = Duration.ofMillis(400);

  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin RunOptions options = new RunOptions();

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Gateways of an installation of yours; it is not broken, only used.")
  List<String> endpoints = List.of();

  @Option(
      names = "--grpc-endpoint",
      paramLabel = "HOST:PORT",
      split = ",",
      description = {
        "Their ports for devices' gRPC streams, which about every fifth device then speaks.",
        "Default: no device does."
      })
  List<String> grpcEndpoints = List.of();

  @Option(
      names = "--token-keys",
      paramLabel = "FILE",
      description = "The JWK set whose key signs that installation's tokens.")
  @Nullable Path tokenKeys;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where the page goes. Default: report.html beside the history.")
  @Nullable Path report;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where runs are kept, below check. Default: .carillon in the clone.")
  @Nullable Path data;

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  boolean json;

  private final Queue<FaultEvent> faults = new ConcurrentLinkedQueue<>();

  /// A command to be added to a command line.
  public CheckCommand() {}

  @Override
  public Integer call() throws Exception {
    check();
    Path folder =
        InstallationFolder.of(data)
            .root()
            .resolve("check")
            .resolve(RUN_NAME.format(LocalDateTime.now(ZoneId.systemDefault())));
    Files.createDirectories(folder);
    Path history = folder.resolve("history.jsonl");
    Path page = report == null ? folder.resolve("report.html") : report.toAbsolutePath();
    Path installation = folder.resolve("installation");
    Verdict verdict = run(installation, history);
    Files.writeString(page, VerdictJson.page(verdict));
    if (verdict.kept()) {
      new InstallationFolder(installation).delete();
    }
    tell(verdict, folder, page);
    return verdict.kept() ? ExitCodes.OK : ExitCodes.REFUSED;
  }

  private Verdict run(Path installation, Path history) throws Exception {
    try (Target target = target(installation)) {
      Verdict verdict = run(target, history);
      if (verdict.counts().acknowledged() == 0) {
        throw new CommandFailure(
            ExitCodes.UNREACHABLE, "no message was acknowledged: nothing is proved; " + history);
      }
      return verdict;
    } catch (IllegalStateException failed) {
      throw new CommandFailure(
          ExitCodes.UNREACHABLE, failed.getMessage() + "; what was recorded is in " + history);
    }
  }

  private Verdict run(Target target, Path historyFile) throws IOException, InterruptedException {
    try (Recorder recorder = new Recorder(historyFile)) {
      Workload.Options load =
          new Workload.Options(
              target.endpoints(),
              tokens(target.tokenKeys()),
              prefix(),
              options.clients,
              options.rate,
              CHANGE_EVERY,
              options.seed);
      try (Workload workload = new Workload(load, recorder)) {
        History history = play(target, workload);
        say("Checking " + history.events().size() + " operations");
        return judge(history, workload.held(), System.nanoTime() - recorder.now());
      }
    }
  }

  /// Of user ids that no other run uses.
  private static String prefix() {
    long random = ThreadLocalRandom.current().nextLong(1L << 40);
    return "check-" + Long.toString(random, Character.MAX_RADIX) + "-";
  }

  private History play(Target target, Workload workload) throws InterruptedException {
    say("Signing in");
    workload.prepare();
    say("Talking for " + options.duration.toSeconds() + " s");
    TestInstallation breakable = target.breakable();
    if (breakable == null) {
      workload.talk(options.duration);
    } else {
      Nemesis nemesis =
          new Nemesis(breakable, workload::freeze, options.faults, options.seed, this::note);
      nemesis.start();
      try {
        workload.talk(options.duration);
      } finally {
        nemesis.stop();
      }
    }
    say("Coming to rest and reading everything");
    return workload.rest(options.healing);
  }

  private void note(FaultEvent fault) {
    faults.add(fault);
    say(
        "  %s of %s, %.1f s: %s"
            .formatted(
                fault.kind().option(),
                fault.target(),
                (fault.endNanos() - fault.startNanos()) / 1e9,
                fault.detail()));
  }

  private Verdict judge(History history, long held, long began) {
    Timeline timeline = Timeline.of(history);
    return new Verdict(
        options.toString(),
        options.again(),
        Counts.of(history),
        held,
        timeline,
        Recovery.of(List.copyOf(faults), began, history, timeline),
        Property.all().stream()
            .map(property -> new Verdict.Judgement(property, property.check(history)))
            .toList());
  }

  /// Tokens that all differ: a device gets a new one when the last was refused.
  private static Function<String, String> tokens(Path keys) {
    LocalTokens tokens = new LocalTokens(keys, InstantSource.system());
    AtomicLong count = new AtomicLong();
    return user -> tokens.sign(user, TOKEN_LIFETIME.plusSeconds(count.incrementAndGet()));
  }

  private Target target(Path installation) throws Exception {
    if (tokenKeys != null) {
      return Target.given(new Endpoints(endpoints, grpcEndpoints), tokenKeys);
    }
    say("Starting engines and services of its own");
    Consumer<String> steps = step -> say("  " + step);
    return options.faults.isEmpty()
        ? Target.whole(installation, steps)
        : Target.breakable(installation, steps);
  }

  private static boolean isWritable(Path file) {
    try {
      Files.createDirectories(file.resolveSibling(""));
      return !Files.isDirectory(file) && Files.isWritable(file.resolveSibling(""));
    } catch (IOException notThere) {
      return false;
    }
  }

  private void check() {
    options.check();
    // Better now than after the run, with the verdict lost.
    if (report != null && !isWritable(report.toAbsolutePath())) {
      throw options.wrong("--report: " + report + " (expected: a file that can be written)");
    }
    if (endpoints.isEmpty() != (tokenKeys == null)) {
      throw options.wrong(
          "--endpoint and --token-keys go together: the keys of a local installation are in its"
              + " folder, in secrets/token-keys.json");
    }
    if (endpoints.isEmpty() && !grpcEndpoints.isEmpty()) {
      throw options.wrong("--grpc-endpoint goes with --endpoint");
    }
    if (tokenKeys != null) {
      try {
        // Better now than by every device for as long as the run lasts.
        new LocalTokens(tokenKeys, InstantSource.system()).sign("check", Duration.ofSeconds(1));
      } catch (CommandFailure unusable) {
        throw options.wrong("--token-keys: " + unusable.getMessage());
      }
    }
    if (!endpoints.isEmpty() && !options.faults.isEmpty()) {
      throw options.wrong("--faults: an installation of yours is not broken (expected: none)");
    }
  }

  private void tell(Verdict verdict, Path folder, Path page) throws IOException {
    Files.writeString(folder.resolve("verdict.json"), VerdictJson.of(verdict) + "\n");
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(VerdictJson.of(verdict));
    } else {
      out.println();
      out.println(verdict.setting());
      out.println(VerdictText.of(verdict));
      out.println("Report: " + page);
      out.println(
          verdict.kept()
              ? "History: " + folder
              : "History, data and logs: " + folder + "\nAgain: " + verdict.again());
    }
    out.flush();
  }

  /// With `--json` standard output is for JSON alone.
  private void say(String line) {
    PrintWriter out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
