package dev.carillon.runtime.service;

import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// A service as the next one may be: its name has a hyphen.
public final class PushNotifyService extends ServiceDescriptor<PushNotifyService.Config> {
  static final Duration LEASE = Duration.ofSeconds(3);

  /// Its settings.
  public record Config(HostConfig host, int attempts) {
    static Config local() {
      return new Config(
          HostConfig.local("push-notify", MemoryRegistry.config("push-notify", LEASE)), 1);
    }
  }

  /// The places in its work at which something may go wrong.
  public enum Step implements FailPoint {
    /// The provider was sent the push, its answer is not read.
    SEND_AFTER_REQUEST;

    @Override
    public String title() {
      return "push-notify.send.after-request";
    }

    @Override
    public Failure failure() {
      return Failure.PEER;
    }
  }

  private record App(ServiceHost host) implements ServiceApp {}

  /// Called by the service loader.
  public PushNotifyService() {
    super("push-notify", PushNotifyService::config, PushNotifyService::app);
  }

  @Override
  public String mainClass() {
    return PushNotifyService.class.getName();
  }

  private static Config config(Settings settings) {
    return new Config(
        HostConfig.read(settings, "push-notify"),
        settings.integer("CARILLON_PUSH_NOTIFY_ATTEMPTS", 3, 1, 10));
  }

  private static ServiceApp app(Config config) {
    ServiceHost host = ServiceHost.open(config.host());
    host.serve(host.server());
    host.ready();
    return new App(host);
  }

  @Override
  public List<String> databases() {
    return List.of("carillon_push_notify");
  }

  @Override
  public boolean usesRedis() {
    return true;
  }

  @Override
  public List<String> handsWorkTo() {
    return List.of("sample", "presence");
  }

  @Override
  public List<Step> failPoints() {
    return List.of(Step.values());
  }
}
