package dev.carillon.local.supervisor;

import dev.carillon.engines.ChildProcess;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.runtime.service.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Starts each instance in a JVM of its own, which dies with this one.
final class ProcessLauncher implements Launcher {
  private static final int HEAP_MIB = 256;
  private static final int OUTPUT_LINES = 20;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final InstallationFolder folder;
  private final Services services;

  ProcessLauncher(InstallationFolder folder, Services services) {
    this.folder = folder;
    this.services = services;
  }

  @Override
  public RunningInstance launch(InstanceSlot slot, Map<String, String> environment) {
    Path log = folder.logs().resolve(slot + ".log");
    return new Instance(
        ChildProcess.start(
            JavaCommand.one(services.of(slot.service()).mainClass(), log, HEAP_MIB, List.of()),
            folder.root(),
            services.known(slot.service(), environment),
            folder.logs().resolve(slot + ".out")));
  }

  /// An instance that is a process.
  private record Instance(ChildProcess process) implements RunningInstance {
    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public CompletableFuture<String> onEnd() {
      return process.onExit().thenApply(code -> "process " + pid() + " ended with code " + code);
    }

    @Override
    public void stop() {
      process.stop(STOP_LIMIT);
    }

    @Override
    public String lastOutput() {
      return process.lastOutput(OUTPUT_LINES);
    }
  }
}
