package dev.carillon.connection;

import dev.carillon.runtime.lifecycle.ServiceMain;

/// Runs one gateway as a process.
public final class Main {
  private Main() {}

  /// Reads the environment, starts, and stops on SIGTERM.
  public static void main(String[] args) {
    ServiceMain.of(ConnectionConfig.SERVICE, ConnectionConfig::read, ConnectionApp::start)
        .run(args);
  }
}
