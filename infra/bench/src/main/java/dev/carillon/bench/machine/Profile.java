package dev.carillon.bench.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/// What one JVM spends its time on: a flight recording with a short summary, and a flame graph of
/// its CPU by async-profiler.
///
/// @param file the start of the names of the files that are written
public record Profile(long pid, Path file) {
  private static final String NAME = "bench";
  private static final List<String> VIEWS =
      List.of("hot-methods", "allocation-by-class", "allocation-by-site", "gc-pauses");

  /// Begins to record.
  ///
  /// @param file the start of the names of the files that will be written
  public static Profile start(long pid, Path file) throws InterruptedException {
    Jcmd.run(pid, "JFR.start", "name=" + NAME, "settings=profile");
    Profile profile = new Profile(pid, file);
    // By a timer of each thread: that needs no right to use the kernel's performance events.
    profile.agent("start,event=ctimer,interval=1ms");
    return profile;
  }

  /// Ends the recordings, writes them, and returns what a reader is to know: where they are, and
  /// the methods that were seen running most often, and what was allocated where.
  public String stop() throws InterruptedException {
    agent("stop,file=" + file + ".html,title=" + file.getFileName());
    String recording = file + ".jfr";
    Jcmd.run(pid, "JFR.stop", "name=" + NAME, "filename=" + recording);
    StringBuilder summary = new StringBuilder("Profile: " + file + ".html and " + recording + "\n");
    for (String view : VIEWS) {
      summary.append(
          Jcmd.output(List.of(Jcmd.tool("jfr"), "view", "--width", "160", view, recording)));
    }
    return summary.toString().strip();
  }

  private void agent(String command) throws InterruptedException {
    // Quoted: jcmd takes what has an equals sign for an option of its own.
    String said = Jcmd.run(pid, "JVMTI.agent_load", library().toString(), '"' + command + '"');
    if (!said.contains("return code: 0")) {
      throw new IllegalStateException("async-profiler: " + command + ": " + said.strip());
    }
  }

  /// The native library, beside the results: its jar has it as a resource.
  private Path library() {
    boolean arm = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).contains("aarch64");
    String name = "linux-" + (arm ? "arm64" : "x64") + "/libasyncProfiler.so";
    Path library = file.resolveSibling("libasyncProfiler.so");
    try (InputStream resource = Profile.class.getClassLoader().getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException("async-profiler is not on the class path: " + name);
      }
      if (!Files.exists(library)) {
        Files.copy(resource, library, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + library, e);
    }
    return library.toAbsolutePath();
  }
}
