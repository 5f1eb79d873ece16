package dev.carillon.presence;

import dev.carillon.runtime.lifecycle.ServiceMain;

/// Runs one presence instance as a process.
public final class Main {
  private Main() {}

  /// Reads the environment, starts, and stops on SIGTERM.
  public static void main(String[] args) {
    ServiceMain.of(PresenceConfig.SERVICE, PresenceConfig::read, PresenceApp::start).run(args);
  }
}
