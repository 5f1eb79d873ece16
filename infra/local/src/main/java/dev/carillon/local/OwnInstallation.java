package dev.carillon.local;

import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.SupervisorProcess;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An installation that this process starts, breaks and stops, and that ends with it: for the demo,
/// the checker, the benchmarks and the tests. For use by one thread.
public final class OwnInstallation implements AutoCloseable {
  private final InstallationPlan plan;
  private final Consumer<String> steps;
  private @Nullable SupervisorProcess supervisor;

  private OwnInstallation(InstallationPlan plan, Consumer<String> steps) {
    this.plan = plan;
    this.steps = steps;
  }

  /// Starts it and returns when all is ready.
  ///
  /// @param steps receives a line for people after each step
  public static OwnInstallation start(InstallationPlan plan, Consumer<String> steps)
      throws IOException {
    OwnInstallation own = new OwnInstallation(plan, steps);
    own.up();
    return own;
  }

  /// Starts it again after a crash or a stop, on the same data.
  public void up() throws IOException {
    SupervisorProcess started = SupervisorProcess.start(plan);
    supervisor = started;
    started.awaitReady(steps);
    FirstSignIn.prove(now());
  }

  /// The description of the running installation.
  public Installation now() {
    return Installation.read(plan.folder().root())
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.UNREACHABLE, "no installation runs in " + plan.folder().root()));
  }

  public InstallationFolder folder() {
    return plan.folder();
  }

  /// The instances of one service.
  public List<Installation.Service> instances(String service) {
    return now().services().stream()
        .filter(instance -> instance.service().equals(service))
        .toList();
  }

  /// Ends the supervisor, and with it every service that runs in it, by SIGKILL; returns when it is
  /// gone.
  public void crash() {
    SupervisorProcess running = supervisor;
    if (running != null) {
      running.kill();
    }
  }

  /// Stops it in good order and returns when it is gone; its data stays.
  public void down() throws IOException, InterruptedException {
    SupervisorProcess running = supervisor;
    if (running != null) {
      running.stop();
      // Steps of the stop are not shown: the demo's result is to be the last output.
      running.awaitEnd(step -> {});
      supervisor = null;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    down();
  }
}
