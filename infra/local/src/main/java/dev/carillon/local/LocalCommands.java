package dev.carillon.local;

import picocli.CommandLine;

/// The commands of a whole installation on this machine.
public final class LocalCommands {
  private LocalCommands() {}

  /// Adds them to a command line, which is returned.
  public static CommandLine addTo(CommandLine commands) {
    return commands
        .addSubcommand(new UpCommand())
        .addSubcommand(new DownCommand())
        .addSubcommand(new StatusCommand())
        .addSubcommand(new DemoCommand());
  }
}
