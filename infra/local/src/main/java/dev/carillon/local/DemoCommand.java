package dev.carillon.local;

import com.google.gson.JsonObject;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `carillon demo`: plays a conversation and checks what it shows.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Play a conversation that shows acknowledgement, order, offline sync, resend and a crash.",
      "It has an installation of its own, in the folder demo of the data folder, and removes it"
          + " at the end: one that runs already is not touched. Exit code 1 when a promise is not"
          + " kept."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin FolderOptions options = new FolderOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstallationFolder folder = new InstallationFolder(options.folder().root().resolve("demo"));
    if (folder.holder().isPresent()) {
      throw new CommandFailure(ExitCodes.REFUSED, "another demo runs in " + folder.root());
    }
    folder.delete();
    InstallationPlan plan = new InstallationPlan(folder, false, InstanceCounts.ONE_EACH, true);
    say("Starting engines and services of its own for the demo");
    boolean kept;
    try (OwnInstallation installation = OwnInstallation.start(plan, step -> say("  " + step))) {
      kept = new Demo(installation, this::say).play();
    }
    if (options.json) {
      JsonObject line = new JsonObject();
      line.addProperty("proved", kept);
      spec.commandLine().getOut().println(line);
      spec.commandLine().getOut().flush();
    }
    if (!kept) {
      throw new CommandFailure(
          ExitCodes.REFUSED, "a promise was not kept; the logs are in " + folder.logs());
    }
    folder.delete();
    return ExitCodes.OK;
  }

  /// With `--json` standard output is for JSON alone.
  private void say(String line) {
    PrintWriter out = options.json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
