package dev.carillon.runtime.service;

import dev.carillon.runtime.settings.Settings;
import java.util.List;

/// A service that only says what happens to it.
public final class SampleService extends ServiceDescriptor<SampleService.Config> {
  /// Its settings.
  public record Config(String name) {}

  /// Called by the service loader.
  public SampleService() {
    super("sample", SampleService::config, SampleService::app);
  }

  @Override
  public String mainClass() {
    return SampleMain.class.getName();
  }

  private static Config config(Settings settings) {
    return new Config(settings.text("CARILLON_SAMPLE_NAME", "default"));
  }

  private static ServiceApp app(Config config) {
    if (config.name().equals("nobody")) {
      throw new IllegalArgumentException("name: nobody (expected: somebody)");
    }
    System.out.println("app started for " + config.name());
    return new App();
  }

  @Override
  public void migrate(Config config) {
    System.out.println("migrated for " + config.name());
  }

  @Override
  public List<String> databases() {
    return List.of("carillon_sample");
  }

  private record App() implements ServiceApp {
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
      System.out.println("app closed");
    }
  }
}
