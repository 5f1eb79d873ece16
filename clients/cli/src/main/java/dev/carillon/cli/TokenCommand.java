package dev.carillon.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon token`: prints a token that speaks for somebody at the installation on this machine.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Print a token signed with the key of the installation on this machine.")
final class TokenCommand implements Callable<Integer> {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhd])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--as",
      required = true,
      paramLabel = "USER",
      description = "Whom the token speaks for.")
  String user = "";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "12h",
      description = "How long it is good, such as 90s, 15m, 12h or 7d. Default: ${DEFAULT-VALUE}.")
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
    Matcher matcher = DURATION.matcher(text);
    Duration unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    long count = unit == null ? 0 : Long.parseLong(matcher.group(1));
    if (unit == null || count == 0) {
      throw Arguments.refused("--for", text, "a number of s, m, h or d, such as 12h");
    }
    return unit.multipliedBy(count);
  }
}
