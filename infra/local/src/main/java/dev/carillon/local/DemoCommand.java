package dev.carillon.local;

import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

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
final class DemoCommand extends InstallationCommand {
  /// The result, for programs.
  private record DemoLine(boolean proved) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstallationFolder demo = new InstallationFolder(folder().root().resolve("demo"));
    if (demo.holder().isPresent()) {
      throw new CommandFailure(ExitCodes.REFUSED, "another demo runs in " + demo.root());
    }
    demo.delete();
    InstallationPlan plan = new InstallationPlan(demo, false, InstanceCounts.ONE_EACH, true);
    say("Starting engines and services of its own for the demo");
    boolean kept;
    try (OwnInstallation installation = OwnInstallation.start(plan, step -> say("  " + step))) {
      kept = new Demo(installation, this::say).play();
    }
    print(List.of(new DemoLine(kept)), List.of());
    if (!kept) {
      throw new CommandFailure(
          ExitCodes.REFUSED, "a promise was not kept; the logs are in " + demo.logs());
    }
    demo.delete();
    return ExitCodes.OK;
  }

  /// With `--json` standard output is for JSON alone.
  private void say(String line) {
    PrintWriter out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
