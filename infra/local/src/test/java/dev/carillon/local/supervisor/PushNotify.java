package dev.carillon.local.supervisor;

import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.service.ServiceHost;
import java.util.concurrent.atomic.AtomicReference;

/// A service as the next one may be: its name has a hyphen. It only keeps the id it is started
/// under.
final class PushNotify extends ServiceDescriptor<String> {
  private final AtomicReference<String> started;

  PushNotify() {
    this(new AtomicReference<>(""));
  }

  private PushNotify(AtomicReference<String> started) {
    super(
        "push-notify",
        settings -> settings.text("CARILLON_PUSH_NOTIFY_INSTANCE_ID", ""),
        id -> {
          started.set(id);
          return new App(started);
        });
    this.started = started;
  }

  String started() {
    return started.get();
  }

  @Override
  public String mainClass() {
    return PushNotify.class.getName();
  }

  private record App(AtomicReference<String> started) implements ServiceApp {
    @Override
    public String address() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServiceHost host() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      started.set("");
    }
  }
}
