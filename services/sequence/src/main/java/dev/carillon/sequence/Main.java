package dev.carillon.sequence;

import dev.carillon.runtime.service.ServiceMain;

/// Runs one sequence instance as a process.
public final class Main {
  private Main() {}

  /// Reads the environment, starts, and stops on SIGTERM; with the argument `migrate`, only brings
  /// the database up to date.
  public static void main(String... args) {
    ServiceMain.run(new SequenceDescriptor(), args);
  }
}
