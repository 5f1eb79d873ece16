package dev.carillon.presence;

import dev.carillon.runtime.service.ServiceMain;

/// Runs one presence instance as a process.
public final class Main {
  private Main() {}

  /// Reads the environment, starts, and stops on SIGTERM.
  public static void main(String... args) {
    ServiceMain.run(new PresenceDescriptor(), args);
  }
}
