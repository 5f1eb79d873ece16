package dev.carillon.engines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A JVM of its own that runs [ParentMain], for tests that kill it.
final class ParentJvm implements AutoCloseable {
  private final Process process;
  private final List<ProcessHandle> children = new ArrayList<>();

  ParentJvm(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add(ParentMain.class.getName());
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    readChildren();
  }

  private void readChildren() throws IOException {
    var output = process.inputReader();
    for (@Nullable String line = output.readLine(); ; line = output.readLine()) {
      if (line == null) {
        throw new IOException("the parent ended before it had started its children");
      }
      if (line.equals("started")) {
        return;
      }
      ProcessHandle.of(Long.parseLong(line)).ifPresent(children::add);
    }
  }

  List<ProcessHandle> children() {
    return children;
  }

  /// SIGKILL: no shutdown hook, no finally block.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
