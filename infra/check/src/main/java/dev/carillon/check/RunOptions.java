package dev.carillon.check;

import dev.carillon.check.fault.FaultKind;
import dev.carillon.installation.DurationConverter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What is asked of a run.
final class RunOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "60s",
      description = "How long they talk: 90s, 10m, 1h. Default: ${DEFAULT-VALUE}.")
  Duration duration = Duration.ofMinutes(1);

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "12",
      description =
          "How many people, 3 to 1000, each with 2 or 3 devices. Default: ${DEFAULT-VALUE}.")
  int clients;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      description = "Messages a second, whatever the answers. Default: ${DEFAULT-VALUE}.")
  double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "From which the choices of load and faults follow. Default: a random one.")
  long seed = ThreadLocalRandom.current().nextInt(1_000_000);

  @Option(
      names = "--heal",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "60s",
      description =
          "How long devices may take at the end to become complete. Default: ${DEFAULT-VALUE}.")
  Duration healing = Duration.ofMinutes(1);

  Set<FaultKind> faults = Set.of();

  /// What `--faults` may name.
  static final class Kinds extends ArrayList<String> {
    Kinds() {
      super(Arrays.stream(FaultKind.values()).map(FaultKind::option).toList());
    }
  }

  RunOptions() {}

  @Option(
      names = "--faults",
      paramLabel = "KINDS",
      defaultValue = "none",
      completionCandidates = Kinds.class,
      description =
          "What is broken meanwhile: all, none, or some of ${COMPLETION-CANDIDATES}."
              + " Default: ${DEFAULT-VALUE}.")
  void faults(String names) {
    try {
      faults = FaultKind.parse(names);
    } catch (IllegalArgumentException unknown) {
      throw wrong("--" + unknown.getMessage());
    }
  }

  /// Refuses what makes no sense.
  void check() {
    if (clients < 3 || clients > 1_000) {
      throw wrong("--clients: " + clients + " (expected: 3 to 1000)");
    }
    if (rate <= 0 || rate > 100_000) {
      throw wrong("--rate: " + rate + " (expected: above 0, to 100000)");
    }
  }

  /// A usage error.
  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /// For people.
  @Override
  public String toString() {
    return inWords("%d s, %d users, %.0f messages/s, faults %s, seed %d");
  }

  /// The command that does the same once more.
  String again() {
    return inWords(
        "./carillon check --duration %ds --clients %d --rate %.0f --faults %s --seed %d");
  }

  private String inWords(String format) {
    return format.formatted(duration.toSeconds(), clients, rate, FaultKind.names(faults), seed);
  }
}
