package dev.carillon.local.supervisor;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts instances in this JVM, on the same gRPC ports as if they were processes.
final class ThreadLauncher implements Launcher {
  private static final Logger log = LoggerFactory.getLogger(ThreadLauncher.class);

  @Override
  public RunningInstance launch(InstanceSlot slot, Map<String, String> environment)
      throws Exception {
    return new Instance(slot, slot.kind().start(environment));
  }

  /// An instance that ends with this JVM at the latest.
  private record Instance(InstanceSlot slot, AutoCloseable app) implements RunningInstance {
    @Override
    public long pid() {
      return ProcessHandle.current().pid();
    }

    @Override
    public CompletableFuture<String> onEnd() {
      return new CompletableFuture<>();
    }

    @Override
    public void stop() {
      try {
        app.close();
      } catch (Exception e) {
        log.error("{} did not stop in good order", slot, e);
      }
    }

    @Override
    public String lastOutput() {
      return "";
    }
  }
}
