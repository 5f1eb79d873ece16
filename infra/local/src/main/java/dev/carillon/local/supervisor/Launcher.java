package dev.carillon.local.supervisor;

import dev.carillon.engines.ChildProcess;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.Settings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts instances, in this JVM or each in a JVM of its own.
///
/// @param plan tells which
/// @param settings those of the instances
record Launcher(InstallationPlan plan, Services services, InstanceSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
  private static final String HEAP = JavaCommand.SMALL_HEAP + "-Xmx256m";
  private static final int OUTPUT_LINES = 20;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int ID_BYTES = 4;

  /// One instance of a service that was started.
  ///
  /// @param pid the process it runs in
  /// @param onEnd completes with a short explanation when it ends by itself
  /// @param stop stops it in good order; returns when it has ended
  /// @param lastOutput its last lines of output, for an error message; may be empty
  record Running(
      String id,
      long pid,
      CompletableFuture<String> onEnd,
      Runnable stop,
      Supplier<String> lastOutput) {
    /// Before the first one.
    static final Running NONE = new Running("", 0, new CompletableFuture<>(), () -> {}, () -> "");
  }

  /// Starts an instance; it need not be ready when this returns. Its id is new, because ownership
  /// in the registry is by id.
  Running launch(InstanceSlot slot) throws Exception {
    byte[] random = new byte[ID_BYTES];
    new SecureRandom().nextBytes(random);
    String id = slot + "-" + HexFormat.of().formatHex(random);
    Map<String, String> known = services.known(slot.service(), settings.of(slot, id));
    return plan.processes() ? inAProcess(slot, id, known) : inThisJvm(slot, id, known);
  }

  /// In a JVM of its own, which dies with this one.
  private Running inAProcess(InstanceSlot slot, String id, Map<String, String> environment) {
    Path logs = plan.folder().logs();
    String main = services.of(slot.service()).mainClass();
    ChildProcess process =
        ChildProcess.start(
            JavaCommand.of(HEAP, main, logs.resolve(slot + ".log"), List.of()),
            plan.folder().root(),
            environment,
            logs.resolve(slot + ".out"));
    String end = "process " + process.pid() + " ended with code ";
    return new Running(
        id,
        process.pid(),
        process.onExit().thenApply(code -> end + code),
        () -> process.stop(STOP_LIMIT),
        () -> process.lastOutput(OUTPUT_LINES));
  }

  /// In this JVM, on the same gRPC port as if it were a process; it ends with it at the latest.
  private Running inThisJvm(InstanceSlot slot, String id, Map<String, String> environment)
      throws Exception {
    ServiceApp app = services.of(slot.service()).startFrom(Settings.of(environment));
    Runnable stop =
        () -> {
          try {
            app.close();
          } catch (Exception e) {
            LOG.error("{} did not stop in good order", slot, e);
          }
        };
    return new Running(
        id, ProcessHandle.current().pid(), new CompletableFuture<>(), stop, () -> "");
  }
}
