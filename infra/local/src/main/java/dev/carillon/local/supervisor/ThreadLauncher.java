package dev.carillon.local.supervisor;

import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.Settings;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts instances in this JVM, on the same gRPC ports as if they were processes.
final class ThreadLauncher implements Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadLauncher.class);

  private final Services services;

  ThreadLauncher(Services services) {
    this.services = services;
  }

  @Override
  public RunningInstance launch(InstanceSlot slot, Map<String, String> environment)
      throws Exception {
    Settings settings = Settings.of(services.known(slot.service(), environment));
    return new Instance(slot, services.of(slot.service()).startFrom(settings));
  }

  /// An instance that ends with this JVM at the latest.
  private record Instance(InstanceSlot slot, ServiceApp app) implements RunningInstance {
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
        LOG.error("{} did not stop in good order", slot, e);
      }
    }

    @Override
    public String lastOutput() {
      return "";
    }
  }
}
