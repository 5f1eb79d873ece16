package dev.carillon.local;

import dev.carillon.cli.CommandFailure;
import dev.carillon.cli.ExitCodes;
import dev.carillon.local.supervisor.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon train`: run by the build to make the AOT caches of the services' JVMs and of the
/// command line, which is this JVM.
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    hidden = true,
    description = "Use an installation of its own for a few seconds, and remove it.")
final class TrainCommand implements Callable<Integer> {
  private static final Duration TALK = Duration.ofSeconds(2);

  private final Supplier<CommandLine> commands;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The folder of that installation; it must not exist yet.")
  Path data = Path.of("");

  /// @param commands makes the command lines that are trained
  TrainCommand(Supplier<CommandLine> commands) {
    this.commands = commands;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstallationFolder folder = new InstallationFolder(data);
    // It is removed in the end, so it must not hold anything of others.
    if (Files.exists(folder.root())) {
      throw new CommandFailure(
          ExitCodes.REFUSED, folder.root() + ": exists (expected: a folder that does not exist)");
    }
    try (OwnInstallation installation =
        OwnInstallation.start(
            new InstallationPlan(folder, false, InstanceCounts.ONE_EACH, true), this::say)) {
      execute(folder.root(), "send", "--as", "ann", "--to", "bob", "--text", "hello");
      execute(folder.root(), "send", "--as", "ann", "--to", "bob", "--text", "hello", "--json");
      execute(folder.root(), "sync", "--as", "bob", "--device", "phone");
      execute(folder.root(), "status");
      Training.run(installation, TALK);
    }
    folder.delete();
    return ExitCodes.OK;
  }

  private void execute(Path data, String... words) {
    int code = commands.get().setOut(spec.commandLine().getErr()).execute(withData(data, words));
    if (code != ExitCodes.OK) {
      throw new IllegalStateException(
          String.join(" ", words) + ": exit code " + code + " (expected: 0)");
    }
  }

  private void say(String step) {
    spec.commandLine().getErr().println("carillon: " + step);
  }

  private static String[] withData(Path data, String... words) {
    return Stream.concat(Stream.of(words), Stream.of("--data", data.toString()))
        .toArray(String[]::new);
  }
}
