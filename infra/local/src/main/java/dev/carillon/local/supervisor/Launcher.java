package dev.carillon.local.supervisor;

import dev.carillon.engines.ChildProcess;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/// Starts instances, in this JVM or each in a JVM of its own.
@FunctionalInterface
interface Launcher {
  /// The heap of a JVM that holds one instance, in MiB.
  int HEAP_MIB = 256;

  /// The lines of output that an error message shows.
  int OUTPUT_LINES = 20;

  /// How long the orderly stop of a process may take.
  Duration STOP_LIMIT = Duration.ofSeconds(30);

  /// Starts an instance with these settings; it need not be ready when this returns.
  Running launch(InstanceSlot slot, Map<String, String> environment) throws Exception;

  /// One instance of a service that was started.
  ///
  /// @param pid the process it runs in
  /// @param onEnd completes with a short explanation when it ends by itself
  /// @param stop stops it in good order; returns when it has ended
  /// @param lastOutput its last lines of output, for an error message; may be empty
  record Running(
      long pid, CompletableFuture<String> onEnd, Runnable stop, Supplier<String> lastOutput) {}

  /// Each instance in a JVM of its own, which dies with this one.
  static Launcher inProcesses(InstallationFolder folder, Services services) {
    return (slot, environment) -> {
      Path log = folder.logs().resolve(slot + ".log");
      ChildProcess process =
          ChildProcess.start(
              JavaCommand.one(services.of(slot.service()).mainClass(), log, HEAP_MIB, List.of()),
              folder.root(),
              services.known(slot.service(), environment),
              folder.logs().resolve(slot + ".out"));
      String end = "process " + process.pid() + " ended with code ";
      return new Running(
          process.pid(),
          process.onExit().thenApply(code -> end + code),
          () -> process.stop(STOP_LIMIT),
          () -> process.lastOutput(OUTPUT_LINES));
    };
  }

  /// All instances in this JVM, on the same gRPC ports as if they were processes; they end with it
  /// at the latest.
  static Launcher inThisJvm(Services services) {
    return (slot, environment) -> {
      Settings settings = Settings.of(services.known(slot.service(), environment));
      ServiceApp app = services.of(slot.service()).startFrom(settings);
      return new Running(
          ProcessHandle.current().pid(),
          new CompletableFuture<>(),
          () -> {
            try {
              app.close();
            } catch (Exception e) {
              LoggerFactory.getLogger(Launcher.class)
                  .error("{} did not stop in good order", slot, e);
            }
          },
          () -> "");
    };
  }
}
