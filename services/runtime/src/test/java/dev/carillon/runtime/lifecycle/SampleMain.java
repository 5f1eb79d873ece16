package dev.carillon.runtime.lifecycle;

import dev.carillon.runtime.settings.Settings;

/// The main of a service that only tells what happens to it.
final class SampleMain {
  private SampleMain() {}

  private record Config(String name) {
    static Config read(Settings settings) {
      return new Config(settings.text("CARILLON_SEQUENCE_NAME", "default"));
    }
  }

  /// Called by `java`.
  public static void main(String[] args) {
    ServiceMain.of("sequence", Config::read, SampleMain::start)
        .migrate(config -> System.out.println("migrated for " + config.name()))
        .run(args);
  }

  private static AutoCloseable start(Config config) {
    if (config.name().equals("nobody")) {
      throw new IllegalArgumentException("name: nobody (expected: somebody)");
    }
    System.out.println("app started for " + config.name());
    return () -> System.out.println("app closed");
  }
}
