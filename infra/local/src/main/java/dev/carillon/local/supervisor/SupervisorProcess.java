package dev.carillon.local.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.FileProblems;
import dev.carillon.installation.InstallationFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The supervisor's process, seen from the process that started it.
public final class SupervisorProcess {
  private static final int HEAP_WITHOUT_SERVICES_MIB = 96;
  private static final int TAIL_LINES = 20;

  private final InstallationPlan plan;
  private final Process process;
  private final BufferedReader lines;

  private SupervisorProcess(InstallationPlan plan, Process process) {
    this.plan = plan;
    this.process = process;
    this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /// Starts the process; returns before anything is ready.
  public static SupervisorProcess start(InstallationPlan plan) throws IOException {
    create(plan.folder());
    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C in the terminal is for `up`, which then stops the rest in order.
    setsid().ifPresent(program -> command.add(program.toString()));
    Path log = plan.folder().logs().resolve("carillon.log");
    String main = SupervisorMain.class.getName();
    command.addAll(
        plan.processes()
            ? JavaCommand.one(main, log, HEAP_WITHOUT_SERVICES_MIB, plan.arguments())
            : JavaCommand.everything(main, log, plan.arguments()));
    Process process =
        new ProcessBuilder(command)
            .redirectError(plan.folder().supervisorOutput().toFile())
            .start();
    return new SupervisorProcess(plan, process);
  }

  private static void create(InstallationFolder folder) {
    try {
      folder.create();
    } catch (IOException failure) {
      throw FileProblems.unusable(folder.root(), failure);
    }
  }

  private static Optional<Path> setsid() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(":", -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "setsid"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  public long pid() {
    return process.pid();
  }

  /// Returns, with how long it took, when everything is ready.
  ///
  /// @param steps receives a line for people after each step
  /// @throws CommandFailure when it cannot be started
  public String awaitReady(Consumer<String> steps) throws IOException {
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      Optional<Progress> progress = Progress.parse(line);
      if (progress.isEmpty()) {
        continue;
      }
      String text = progress.get().text();
      switch (progress.get().kind()) {
        case STEP -> steps.accept(text);
        case READY -> {
          return text;
        }
        case BAD_SETTINGS -> throw new CommandFailure(ExitCodes.USAGE, text);
        case FAILED ->
            throw new CommandFailure(
                ExitCodes.REFUSED, text + "\n(logs: " + plan.folder().logs() + ")");
      }
    }
    throw new CommandFailure(
        ExitCodes.REFUSED, "the installation ended while it was starting\n" + lastOutput());
  }

  /// Returns when the process has ended.
  ///
  /// @param steps receives the remaining lines for people
  /// @return its exit code
  public int awaitEnd(Consumer<String> steps) throws IOException, InterruptedException {
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      Progress.parse(line).ifPresent(progress -> steps.accept(progress.text()));
    }
    return process.waitFor();
  }

  /// Asks for an orderly stop.
  public void stop() {
    // Not Process.destroy, which closes the streams: more lines of progress follow.
    process.toHandle().destroy();
  }

  /// Asks for an orderly stop and returns when the process is gone.
  public void stopAndWait() {
    stop();
    process.onExit().join();
  }

  /// Ends the process by SIGKILL, as a crash would, and returns when it is gone.
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  private String lastOutput() throws IOException {
    Path output = plan.folder().supervisorOutput();
    try (Stream<String> all = Files.lines(output)) {
      List<String> kept = all.toList();
      return String.join("\n", kept.subList(Math.max(0, kept.size() - TAIL_LINES), kept.size()))
          + "\n(logs: "
          + plan.folder().logs()
          + ")";
    }
  }
}
