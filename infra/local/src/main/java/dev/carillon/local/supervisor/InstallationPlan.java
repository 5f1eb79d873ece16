package dev.carillon.local.supervisor;

import dev.carillon.installation.InstallationFolder;
import java.nio.file.Path;
import java.util.List;

/// The installation that an `up` is to start: where, how many instances, and in how many processes.
///
/// @param folder where the installation lives
/// @param processes whether every instance is a process of its own
/// @param instances how many of each service
/// @param attached whether the installation ends with the process that started it
public record InstallationPlan(
    InstallationFolder folder, boolean processes, InstanceCounts instances, boolean attached) {
  /// The plan as the arguments of [SupervisorMain].
  List<String> arguments() {
    return List.of(
        folder.root().toString(),
        processes ? "processes" : "threads",
        instances.toString(),
        attached ? "attached" : "detached");
  }

  /// Reads the arguments back.
  static InstallationPlan parse(String... arguments) {
    return new InstallationPlan(
        new InstallationFolder(Path.of(arguments[0])),
        arguments[1].equals("processes"),
        InstanceCounts.parse(arguments[2]),
        arguments[3].equals("attached"));
  }
}
