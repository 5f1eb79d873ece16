package dev.carillon.local;

import dev.carillon.cli.CarillonCommand;
import picocli.CommandLine;

/// The `carillon` command line as the root script starts it: the commands of a client, and those
/// that run a whole installation on this machine.
public final class Main {
  static final String VERSION = "0.1.0";

  private Main() {}

  /// Runs one command and ends with its exit code.
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return CarillonCommand.commandLine()
        .addSubcommand(new UpCommand())
        .addSubcommand(new DownCommand())
        .addSubcommand(new StatusCommand())
        .addSubcommand(new DemoCommand());
  }
}
