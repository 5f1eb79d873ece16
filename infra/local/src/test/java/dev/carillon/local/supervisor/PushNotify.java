package dev.carillon.local.supervisor;

import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.settings.Settings;

/// A service as the next one may be: its name has a hyphen. It only keeps the id it is started
/// under.
final class PushNotify implements ServiceDescriptor<String> {
  String started = "";

  @Override
  public String name() {
    return "push-notify";
  }

  @Override
  public String mainClass() {
    return PushNotify.class.getName();
  }

  @Override
  public String read(Settings settings) {
    return settings.text(setting("INSTANCE_ID"), "");
  }

  @Override
  public ServiceApp start(String id) {
    started = id;
    return new App();
  }

  private final class App implements ServiceApp {
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
      started = "";
    }
  }
}
