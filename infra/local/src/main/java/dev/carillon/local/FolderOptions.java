package dev.carillon.local;

import dev.carillon.installation.InstallationFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command about a whole installation.
final class FolderOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The installation's data folder. Default: .carillon in the clone.")
  @Nullable Path data;

  @Option(names = "--json", description = "Print JSON objects, one a line, and nothing else.")
  boolean json;

  InstallationFolder folder() {
    return InstallationFolder.of(data);
  }
}
