package dev.carillon.connection;

import dev.carillon.runtime.service.ServiceMain;

/// Runs one gateway as a process.
public final class Main {
  private Main() {}

  /// Reads the environment, starts, and stops on SIGTERM.
  public static void main(String... args) {
    ServiceMain.run(new ConnectionDescriptor(), args);
  }
}
