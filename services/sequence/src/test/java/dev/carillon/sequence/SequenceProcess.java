package dev.carillon.sequence;

import dev.carillon.engines.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// The sequence service's `Main` in a JVM of its own, to be treated badly.
final class SequenceProcess implements AutoCloseable {
  private final Process process;
  private final Thread endWithUs;

  private SequenceProcess(Process process) {
    this.process = process;
    this.endWithUs = new Thread(process::destroyForcibly, "end-sequence");
    Runtime.getRuntime().addShutdownHook(endWithUs);
  }

  static SequenceProcess start(Map<String, String> settings) {
    try {
      Path log = Files.createTempFile(Path.of("target"), "sequence-process-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Xmx128m",
              "-cp",
              classPath(),
              Main.class.getName());
      builder.environment().keySet().removeIf(name -> name.startsWith("CARILLON_"));
      builder.environment().putAll(settings);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      return new SequenceProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends it with SIGKILL and waits until it is gone.
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// Asks it to stop (SIGTERM) and waits for its exit code.
  int stop() {
    process.destroy();
    awaitEnd();
    return process.exitValue();
  }

  /// Freezes it with SIGSTOP, and returns when all of it stands.
  void pause() {
    signal("STOP");
    Awaitility.await().until(() -> ChildProcess.isStopped(process.pid()));
  }

  /// Lets it go on (SIGCONT).
  void resume() {
    signal("CONT");
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(endWithUs);
  }

  private void signal(String name) {
    try {
      Process kill =
          new ProcessBuilder(List.of("kill", "-" + name, Long.toString(process.pid()))).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + ": exit " + kill.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(Cluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Surefire hides the class path in the manifest of a jar and tells the real one by a property.
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
