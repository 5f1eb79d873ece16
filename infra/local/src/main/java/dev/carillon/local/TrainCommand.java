package dev.carillon.local;

import dev.carillon.cli.CommandFailure;
import dev.carillon.cli.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon train`: what a build runs to make the AOT caches, that of the services' JVMs (see
/// [AotCache]) and that of the command line, which is this JVM.
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    hidden = true,
    description = "Use an installation of its own for a few seconds, and remove it.")
final class TrainCommand implements Callable<Integer> {
  private static final Duration TALK = Duration.ofSeconds(2);

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Where to live meanwhile: a folder that is not there yet.")
  Path data = Path.of("");

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstallationFolder folder = new InstallationFolder(data);
    // It is removed in the end, so it must be nobody else's.
    if (Files.exists(folder.root())) {
      throw new CommandFailure(
          ExitCodes.REFUSED, folder.root() + ": exists (expected: a folder that is not there yet)");
    }
    try (OwnInstallation installation =
        OwnInstallation.start(new Plan(folder, false, InstanceCounts.ONE_EACH, true), this::say)) {
      type(folder.root(), "send", "--as", "ann", "--to", "bob", "--text", "hello");
      type(folder.root(), "send", "--as", "ann", "--to", "bob", "--text", "hello", "--json");
      type(folder.root(), "sync", "--as", "bob", "--device", "phone");
      type(folder.root(), "status");
      Training.run(installation, TALK);
    }
    folder.delete();
    return ExitCodes.OK;
  }

  private void type(Path data, String... words) {
    int code =
        LocalCommands.commandLine()
            .setOut(spec.commandLine().getErr())
            .execute(withData(data, words));
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
