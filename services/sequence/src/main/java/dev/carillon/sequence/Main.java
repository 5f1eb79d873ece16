package dev.carillon.sequence;

import dev.carillon.runtime.lifecycle.ServiceMain;

/// The sequence service as a process of its own.
public final class Main {
  private Main() {}

  /// Runs until the process is told to stop; with the argument `migrate`, only brings the database
  /// up to date.
  public static void main(String[] args) {
    ServiceMain.of("sequence", SequenceConfig::read, SequenceApp::start)
        .migrate(SequenceApp::migrate)
        .run(args);
  }
}
