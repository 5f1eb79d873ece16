package dev.carillon.local;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import dev.carillon.local.supervisor.SupervisorProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon up`: starts the whole product.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Start engines and services on this machine.",
      "Without --detach it stays until Ctrl-C and then stops everything. When the installation"
          + " already runs, it says so and succeeds."
    })
final class UpCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin FolderOptions options = new FolderOptions();

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

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstallationFolder folder = options.folder();
    OptionalLong holder = folder.holder();
    if (holder.isPresent()) {
      return alreadyRuns(folder, holder.getAsLong());
    }
    InstallationPlan plan = new InstallationPlan(folder, processes, counts(), !detach);
    SupervisorProcess supervisor = SupervisorProcess.start(plan);
    Thread stop = new Thread(supervisor::stopAndWait, "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    String took = supervisor.awaitReady(this::say);
    FirstSignIn.prove(Installation.read(folder.root()).orElseThrow());
    show(folder, took);
    if (detach) {
      Runtime.getRuntime().removeShutdownHook(stop);
      return ExitCodes.OK;
    }
    return stay(supervisor);
  }

  private InstanceCounts counts() {
    try {
      return InstanceCounts.parse(instances);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCodes.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private int alreadyRuns(InstallationFolder folder, long pid) {
    if (Installation.read(folder.root()).isEmpty()) {
      throw new CommandFailure(
          ExitCodes.REFUSED,
          "the installation in "
              + folder.root()
              + " is starting or stopping (process "
              + pid
              + ")");
    }
    say("already runs in " + folder.root() + " (process " + pid + "); nothing was changed");
    show(folder, "");
    return ExitCodes.OK;
  }

  /// Ctrl-C ends this process by its shutdown hook; meanwhile this prints what has been stopped.
  private int stay(SupervisorProcess supervisor) throws IOException, InterruptedException {
    say("press Ctrl-C to stop everything");
    int code = supervisor.awaitEnd(this::say);
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

  private void show(InstallationFolder folder, String took) {
    Installation installation = Installation.read(folder.root()).orElseThrow();
    PrintWriter out = spec.commandLine().getOut();
    if (options.json) {
      out.println(json(folder, installation));
    } else {
      text(folder, installation, took).forEach(out::println);
    }
    out.flush();
  }

  private static JsonObject json(InstallationFolder folder, Installation installation) {
    JsonObject line = new JsonObject();
    line.addProperty("state", "running");
    line.addProperty("pid", installation.pid());
    line.addProperty("data", folder.root().toString());
    JsonArray endpoints = new JsonArray();
    installation.endpoints().forEach(endpoints::add);
    line.add("endpoints", endpoints);
    return line;
  }

  private List<String> text(InstallationFolder folder, Installation installation, String took) {
    String data = options.data == null ? "" : " --data " + options.data;
    return List.of(
        "",
        "Carillon is up"
            + (took.isEmpty() ? "" : " after " + took)
            + ". Devices connect to "
            + String.join(" and ", installation.endpoints())
            + ".",
        "",
        "  ./carillon chat ann" + data,
        "  ./carillon send --as ann --to bob --text hello" + data,
        "  ./carillon sync --as bob --device phone" + data,
        "  ./carillon status" + data,
        "  ./carillon down" + data,
        "",
        "Data, secrets and logs are in " + folder.root() + ".");
  }
}
