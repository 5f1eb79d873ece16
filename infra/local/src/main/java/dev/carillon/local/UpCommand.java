package dev.carillon.local;

import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `carillon up`: starts the whole product.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Start engines and services on this machine.",
      "Without --detach it stays until Ctrl-C and then stops everything. When the installation"
          + " already runs, it says so and succeeds."
    })
final class UpCommand extends InstallationCommand {
  @Option(
      names = "--detach",
      description = "Return when everything is ready, and leave it running.")
  boolean detach;

  @Option(
      names = "--processes",
      description = "Run each instance in a JVM of its own, instead of all in one.")
  boolean processes;

  @Option(
      names = "--instances",
      paramLabel = "SERVICE=COUNT,...",
      defaultValue = "",
      description = "How many of each service, such as message=2,connection=2. Default: one each.")
  String instances = "";

  /// The result, for programs.
  private record UpLine(String state, long pid, String data, List<String> endpoints) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstallationFolder folder = folder();
    OptionalLong holder = folder.holder();
    if (holder.isPresent()) {
      return alreadyRuns(folder, holder.getAsLong());
    }
    OwnInstallation started =
        new OwnInstallation(new InstallationPlan(folder, processes, counts(), !detach), this::say);
    started.launch();
    Thread stop = new Thread(started::down, "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    String took = started.awaitReady();
    show(started.now(), " after " + took);
    if (detach) {
      Runtime.getRuntime().removeShutdownHook(stop);
      return ExitCodes.OK;
    }
    return stay(started);
  }

  private InstanceCounts counts() {
    try {
      return InstanceCounts.parse(instances);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCodes.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private int alreadyRuns(InstallationFolder folder, long pid) {
    Installation installation =
        Installation.read(folder.root())
            .orElseThrow(() ->
                new CommandFailure(
                    ExitCodes.REFUSED,
                    "the installation in %s is starting or stopping (process %d)"
                        .formatted(folder.root(), pid)));
    say("already runs in " + folder.root() + " (process " + pid + "); nothing was changed");
    show(installation, "");
    return ExitCodes.OK;
  }

  /// Ctrl-C ends this process by its shutdown hook; meanwhile this prints what has been stopped.
  private int stay(OwnInstallation started) throws InterruptedException {
    say("press Ctrl-C to stop everything");
    int code = started.awaitEnd();
    if (code != 0) {
      throw new CommandFailure(
          ExitCodes.REFUSED, "the installation ended by itself with code " + code);
    }
    return ExitCodes.OK;
  }

  private void say(String step) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("carillon: " + step);
    err.flush();
  }

  private void show(Installation installation, String after) {
    String root = folder().root().toString();
    String option = data == null ? "" : " --data " + data;
    print(
        List.of(new UpLine("running", installation.pid(), root, installation.endpoints())),
        """

        Carillon is up%s. Devices connect to %s.

          ./carillon chat ann%3$s
          ./carillon send --as ann --to bob --text hello%3$s
          ./carillon sync --as bob --device phone%3$s
          ./carillon status%3$s
          ./carillon down%3$s

        Data, secrets and logs are in %4$s.\
        """
            .formatted(after, String.join(" and ", installation.endpoints()), option, root)
            .lines()
            .toList());
  }
}
