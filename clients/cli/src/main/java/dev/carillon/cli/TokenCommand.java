package dev.carillon.cli;

import static dev.carillon.cli.Durations.Unit.DAYS;
import static dev.carillon.cli.Durations.Unit.HOURS;
import static dev.carillon.cli.Durations.Unit.MINUTES;
import static dev.carillon.cli.Durations.Unit.SECONDS;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon token`: prints a token that authenticates a user at the installation on this machine.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Print a token signed with the key of the installation on this machine.")
final class TokenCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--as",
      required = true,
      paramLabel = "USER",
      description = "The user that the token authenticates.")
  String user = "";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "12h",
      description =
          "How long the token is valid, such as 90s, 15m, 12h or 7d. Default: ${DEFAULT-VALUE}.")
  String lifetime = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The installation's data folder. Default: .carillon in the clone.")
  @Nullable Path data;

  @Override
  public Integer call() {
    Arguments.name("--as", user);
    Duration good = duration(lifetime);
    Path key = Path.of(DataFolder.running(data).tokenKeyFile());
    String token = new LocalTokens(key, InstantSource.system()).sign(user, good);
    spec.commandLine().getOut().println(token);
    return ExitCodes.OK;
  }

  private static Duration duration(String text) {
    return Durations.parse(text, SECONDS, MINUTES, HOURS, DAYS)
        .filter(Duration::isPositive)
        .orElseThrow(
            () -> Arguments.refused("--for", text, "a number of s, m, h or d, such as 12h"));
  }
}
