package dev.carillon.bench.machine;

import java.nio.file.Path;
import java.util.List;

/// A flight recording of one JVM, and its short summary.
public final class Profile {
  private static final String NAME = "bench";
  private static final List<String> VIEWS =
      List.of("hot-methods", "allocation-by-class", "allocation-by-site", "gc-pauses");

  private final long pid;
  private final Path file;

  private Profile(long pid, Path file) {
    this.pid = pid;
    this.file = file;
  }

  /// Begins to record.
  ///
  /// @param file where the recording goes
  public static Profile start(long pid, Path file) throws InterruptedException {
    Jcmd.run(pid, "JFR.start", "name=" + NAME, "settings=profile");
    return new Profile(pid, file);
  }

  /// Ends the recording, writes it, and returns its summary: the methods that were seen running
  /// most often, and what was allocated where.
  public String stop() throws InterruptedException {
    Jcmd.run(pid, "JFR.stop", "name=" + NAME, "filename=" + file);
    StringBuilder summary = new StringBuilder();
    for (String view : VIEWS) {
      summary.append(
          Jcmd.output(List.of(Jcmd.tool("jfr"), "view", "--width", "160", view, file.toString())));
    }
    return summary.toString();
  }
}
