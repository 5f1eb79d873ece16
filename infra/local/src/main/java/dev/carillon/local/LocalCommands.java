package dev.carillon.local;

import dev.carillon.cli.CarillonCommand;
import picocli.CommandLine;

/// The commands of a client and of a whole installation on this machine.
public final class LocalCommands {
  private LocalCommands() {}

  /// A new command line; further commands may be added to it.
  public static CommandLine commandLine() {
    return CarillonCommand.commandLine()
        .addSubcommand(new UpCommand())
        .addSubcommand(new DownCommand())
        .addSubcommand(new StatusCommand())
        .addSubcommand(new DemoCommand())
        .addSubcommand(new TrainCommand(LocalCommands::commandLine));
  }
}
