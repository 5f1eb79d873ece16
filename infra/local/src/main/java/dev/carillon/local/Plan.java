package dev.carillon.local;

import java.nio.file.Path;
import java.util.List;

/// What an `up` was asked for.
///
/// @param folder where the installation lives
/// @param processes whether every instance is a process of its own
/// @param instances how many of each service
/// @param attached whether the installation ends with the process that started it
public record Plan(
    InstallationFolder folder, boolean processes, InstanceCounts instances, boolean attached) {
  /// As the arguments of [SupervisorMain].
  List<String> arguments() {
    return List.of(
        folder.root().toString(),
        processes ? "processes" : "threads",
        instances.toString(),
        attached ? "attached" : "detached");
  }

  /// Reads the arguments back.
  ///
  /// @throws IllegalArgumentException when they are not such arguments
  static Plan parse(String... arguments) {
    if (arguments.length != 4) {
      throw new IllegalArgumentException(
          "arguments: " + arguments.length + " (expected: folder, mode, instances, attachment)");
    }
    return new Plan(
        new InstallationFolder(Path.of(arguments[0])),
        arguments[1].equals("processes"),
        InstanceCounts.parse(arguments[2]),
        arguments[3].equals("attached"));
  }
}
