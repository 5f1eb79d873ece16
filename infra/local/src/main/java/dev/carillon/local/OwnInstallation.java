package dev.carillon.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.client.CarillonClient;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.FileProblems;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.installation.LocalTokens;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.Progress;
import dev.carillon.local.supervisor.SupervisorMain;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An installation that this process starts, breaks and stops: for `up`, the demo, the checker, the
/// benchmarks and the tests. For use by one thread.
public final class OwnInstallation implements AutoCloseable {
  private static final int TAIL_LINES = 20;
  private static final String FIRST_USER = "carillon-first-sign-in";
  private static final Duration SIGN_IN_LIMIT = Duration.ofSeconds(60);

  private final InstallationPlan plan;
  private final Consumer<String> steps;
  private @Nullable Process supervisor;
  private Iterator<Progress> progress = Collections.emptyIterator();

  /// @param steps receives a line for people after each step
  OwnInstallation(InstallationPlan plan, Consumer<String> steps) {
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
    launch();
    awaitReady();
  }

  /// Starts the supervisor's process; returns before anything is ready.
  void launch() throws IOException {
    try {
      folder().create();
    } catch (IOException failure) {
      throw FileProblems.unusable(folder().root(), failure);
    }
    Process started =
        new ProcessBuilder(SupervisorMain.command(plan))
            .redirectError(folder().supervisorOutput().toFile())
            .start();
    supervisor = started;
    progress =
        started
            .inputReader(UTF_8)
            .lines()
            .map(Progress::parse)
            .flatMap(Optional::stream)
            .iterator();
  }

  /// Returns, with how long it took, when everything is ready and a device has signed in at every
  /// gateway.
  ///
  /// @throws CommandFailure when it cannot be started
  String awaitReady() throws IOException {
    while (progress.hasNext()) {
      Progress next = progress.next();
      String text = next.text();
      switch (next.kind()) {
        case STEP -> steps.accept(text);
        case READY -> {
          proveSignIn(now());
          return text;
        }
        case BAD_SETTINGS -> throw new CommandFailure(ExitCodes.USAGE, text);
        case FAILED -> throw refused(text);
      }
    }
    List<String> output = Files.readAllLines(folder().supervisorOutput());
    throw refused(
        "the installation ended while it was starting\n"
            + String.join(
                "\n", output.subList(Math.max(0, output.size() - TAIL_LINES), output.size())));
  }

  private CommandFailure refused(String text) {
    return new CommandFailure(ExitCodes.REFUSED, text + "\n(logs: " + folder().logs() + ")");
  }

  /// It shows that the installation serves clients, and stores nothing.
  private static void proveSignIn(Installation installation) {
    String token = LocalTokens.of(installation).sign(FIRST_USER, SIGN_IN_LIMIT);
    for (String endpoint : installation.endpoints()) {
      // One device for each gateway: a device has one session at a time.
      try (CarillonClient client =
          CarillonClient.builder()
              .endpoints(endpoint)
              .token(token)
              .deviceId("at-" + endpoint)
              .sendOnly()
              .open()) {
        client.signedIn().orTimeout(SIGN_IN_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
      } catch (CompletionException e) {
        throw new CommandFailure(
            ExitCodes.REFUSED, "everything runs, but a device cannot sign in: " + e.getMessage());
      }
    }
  }

  /// The description of the running installation.
  public Installation now() {
    return Installation.read(folder().root())
        .orElseThrow(() ->
            new CommandFailure(
                ExitCodes.UNREACHABLE, "no installation runs in " + folder().root()));
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
    Process running = supervisor;
    if (running != null) {
      running.destroyForcibly().onExit().join();
    }
  }

  /// Stops it in good order and returns when it is gone; its data stays. Steps are not shown: the
  /// result of the demo is to be the last output.
  public void down() {
    Process running = supervisor;
    if (running != null) {
      // Not Process.destroy, which closes the streams that are being read.
      running.toHandle().destroy();
      running.onExit().join();
    }
  }

  /// Returns when it has ended; shows the steps of its stop.
  ///
  /// @return its exit code
  int awaitEnd() throws InterruptedException {
    progress.forEachRemaining(next -> steps.accept(next.text()));
    return Objects.requireNonNull(supervisor).waitFor();
  }

  @Override
  public void close() {
    down();
  }
}
