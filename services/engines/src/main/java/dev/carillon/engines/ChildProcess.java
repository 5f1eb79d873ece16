package dev.carillon.engines;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A running command that dies with this JVM, however this JVM ends.
///
/// Between the two stands a shell (`child-process.sh`) whose standard input is a pipe from this
/// JVM. When the JVM is gone the pipe ends and the shell kills the command, even a stopped one.
/// Where `setsid` exists the pair lives in a session of its own, so that Ctrl-C in the terminal
/// reaches this JVM alone, which then stops its children in its own order.
///
/// Safe for use by several threads.
public final class ChildProcess implements AutoCloseable {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(15);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
  private static final int STOP_LOOKS = 2_000;
  private static final Duration STOP_INTERVAL = Duration.ofMillis(2);
  private static final long LOG_ROTATION_BYTES = 1 << 20;
  private static final long OUTPUT_LIMIT_BYTES = 256 << 10;
  private static final String SCRIPT = Resources.text("child-process.sh");
  private static final Optional<Path> SETSID = Resources.onPath("setsid", System.getenv("PATH"));

  private final Process shell;
  private final Optional<ProcessHandle> command;
  private final long pid;
  private final Log log;
  private final CompletableFuture<Integer> exit;

  private ChildProcess(Process shell, long pid, Log log) {
    this.shell = shell;
    this.pid = pid;
    this.command = ProcessHandle.of(pid);
    this.log = log;
    this.exit = shell.onExit().thenCompose(this::commandExit);
  }

  /// Starts a command and returns as soon as its process exists; a command that cannot be executed
  /// shows as exit code 126 or 127.
  ///
  /// @param arguments the command and its arguments; visible to every user of the machine, so no
  ///   place for a secret
  /// @param directory the working folder; must exist
  /// @param environment the complete environment of the command
  /// @param log receives standard output and standard error, appended; beyond 1 MiB the old content
  ///   moves to `<log>.1` first
  /// @throws EngineException if the shell cannot be started
  public static ChildProcess start(
      List<String> arguments, Path directory, Map<String, String> environment, Path log) {
    List<String> line = new ArrayList<>(ownSession());
    line.addAll(
        List.of("/bin/sh", "-c", SCRIPT, "carillon-child", log.toAbsolutePath().toString()));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Log output = Log.open(log);
      Process shell = builder.start();
      return new ChildProcess(shell, readPid(shell, arguments), output);
    } catch (IOException e) {
      throw new EngineException("Cannot start " + arguments.getFirst() + ": " + e.getMessage(), e);
    }
  }

  /// The begin of a command line that gives the command a session of its own; empty where `setsid`
  /// does not exist.
  public static List<String> ownSession() {
    return SETSID.stream().map(Path::toString).toList();
  }

  private static long readPid(Process shell, List<String> arguments) throws IOException {
    try (BufferedReader reader = shell.inputReader(StandardCharsets.UTF_8)) {
      @Nullable String line = reader.readLine();
      if (line == null) {
        throw new EngineException(
            "Cannot start " + arguments.getFirst() + ": its shell ended at once");
      }
      return Long.parseLong(line);
    }
  }

  /// The process id of the command itself, not of its shell.
  public long pid() {
    return pid;
  }

  public boolean isAlive() {
    return !exit.isDone();
  }

  /// Completes with the exit code once the command is gone; 128 + n after signal n.
  public CompletableFuture<Integer> onExit() {
    return exit.copy();
  }

  /// Waits for the end of the command.
  ///
  /// @return whether it ended within the limit
  public boolean awaitExit(Duration limit) {
    try {
      exit.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while waiting for process " + pid, e);
    } catch (ExecutionException e) {
      throw new EngineException("Cannot wait for process " + pid, e);
    }
  }

  /// Ends the command with SIGKILL, as a crash would, and returns when it is gone.
  public void kill() {
    command.ifPresent(ProcessHandle::destroyForcibly);
    if (!awaitExit(KILL_LIMIT)) {
      throw new EngineException(
          "process " + pid + ": still there " + KILL_LIMIT + " after SIGKILL");
    }
  }

  /// Asks the command to end (SIGTERM, also when it is paused), and kills it if it has not within
  /// the limit.
  public void stop(Duration limit) {
    if (!isAlive()) {
      return;
    }
    resume();
    command.ifPresent(ProcessHandle::destroy);
    try {
      if (awaitExit(limit)) {
        return;
      }
    } catch (EngineException interrupted) {
      command.ifPresent(ProcessHandle::destroyForcibly);
      throw interrupted;
    }
    kill();
  }

  /// Freezes the command (SIGSTOP), and returns when all of it stands: it keeps its memory, files
  /// and connections, and answers nothing.
  public void pause() {
    signal("STOP");
    for (int i = 0; i < STOP_LOOKS && !isStopped(pid) && !awaitExit(STOP_INTERVAL); i++) {
      Thread.onSpinWait();
    }
  }

  /// Whether every thread of a process is stopped: on a busy machine a signal takes its time. True
  /// where there is no `/proc`, or no such process.
  public static boolean isStopped(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return threads.allMatch(ChildProcess::isThreadStopped);
    } catch (IOException | UncheckedIOException notThere) {
      return true;
    }
  }

  private static boolean isThreadStopped(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
      // The name before the state may hold anything.
      return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    } catch (IOException ended) {
      return true;
    }
  }

  /// Lets a paused command go on (SIGCONT).
  public void resume() {
    signal("CONT");
  }

  /// Stops the command, with ten seconds to do it in good order.
  @Override
  public void close() {
    stop(CLOSE_LIMIT);
  }

  /// What the command wrote since this start; at most the last 256 KiB of it.
  public String output() {
    return log.sinceStart();
  }

  /// The last lines the command wrote since this start, for an error message.
  public String lastOutput(int lines) {
    List<String> all = log.sinceStart().lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }

  /// If the shell was killed, its command is an unwatched orphan: it is ended too.
  private CompletableFuture<Integer> commandExit(Process ended) {
    if (command.isEmpty() || !command.get().isAlive()) {
      return CompletableFuture.completedFuture(ended.exitValue());
    }
    command.get().destroyForcibly();
    return command.get().onExit().thenApply(_ -> ended.exitValue());
  }

  private void signal(String name) {
    if (!isAlive() || !shell.isAlive()) {
      return;
    }
    try {
      Process sender = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid).start();
      if (sender.waitFor() != 0 && isAlive()) {
        throw new EngineException("Cannot send SIG" + name + " to process " + pid);
      }
    } catch (IOException e) {
      throw new EngineException("Cannot send SIG" + name + " to process " + pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while sending SIG" + name + " to process " + pid, e);
    }
  }

  /// The log file and where this start's part of it begins.
  private record Log(Path file, long start) {
    static Log open(Path file) throws IOException {
      if (Files.exists(file) && Files.size(file) > LOG_ROTATION_BYTES) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      return new Log(file, Files.exists(file) ? Files.size(file) : 0);
    }

    String sinceStart() {
      if (!Files.exists(file)) {
        return "";
      }
      try (InputStream in = Files.newInputStream(file)) {
        in.skipNBytes(Math.max(start, Files.size(file) - OUTPUT_LIMIT_BYTES));
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
