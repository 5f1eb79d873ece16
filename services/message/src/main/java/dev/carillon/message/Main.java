package dev.carillon.message;

import dev.carillon.runtime.lifecycle.ServiceMain;

/// The message service as a process; with the argument `migrate` it only brings its databases up to
/// date.
public final class Main {
  private Main() {}

  /// Runs until SIGTERM.
  public static void main(String... args) {
    ServiceMain.of("message", MessageConfig::read, MessageApp::start)
        .migrate(MessageApp::migrate)
        .run(args);
  }
}
