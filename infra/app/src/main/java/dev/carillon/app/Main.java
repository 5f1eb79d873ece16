package dev.carillon.app;

import dev.carillon.bench.BenchCommand;
import dev.carillon.check.CheckCommand;
import dev.carillon.local.LocalCommands;

/// The `carillon` command line as the root script starts it.
public final class Main {
  private Main() {}

  /// Runs one command and ends with its exit code.
  public static void main(String[] arguments) {
    System.exit(
        LocalCommands.commandLine()
            .addSubcommand(new CheckCommand())
            .addSubcommand(new BenchCommand())
            .execute(arguments));
  }
}
