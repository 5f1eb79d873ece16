package dev.carillon.cli;

import dev.carillon.installation.DurationConverter;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.installation.LocalTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
    String token = LocalTokens.of(InstallationFolder.of(data).running()).sign(user, good);
    spec.commandLine().getOut().println(token);
    return ExitCodes.OK;
  }

  private static Duration duration(String text) {
    try {
      return new DurationConverter().convert(text);
    } catch (TypeConversionException e) {
      throw Arguments.refused("--for", text, "a number of s, m, h or d, such as 12h");
    }
  }
}
