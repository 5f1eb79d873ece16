package dev.carillon.app;

import dev.carillon.bench.BenchCommand;
import dev.carillon.check.CheckCommand;
import dev.carillon.cli.CarillonCommand;
import dev.carillon.local.LocalCommands;
import java.util.Locale;
import picocli.CommandLine;

/// The `carillon` command line as the root script starts it.
public final class Main {
  private Main() {}

  /// Runs one command and ends with its exit code.
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /// All commands, in a JVM that formats numbers the same way on every machine: people compare
  /// reports, and programs read them. All categories of the locale, for a writer's `printf` does
  /// not ask for the one of formats.
  static CommandLine commandLine() {
    Locale.setDefault(Locale.ROOT);
    return LocalCommands.addTo(CarillonCommand.commandLine())
        .addSubcommand(new CheckCommand())
        .addSubcommand(new BenchCommand());
  }
}
