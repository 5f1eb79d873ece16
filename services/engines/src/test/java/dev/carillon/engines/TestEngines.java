package dev.carillon.engines;

import java.io.IOException;
import java.nio.file.Path;

/// What the tests of this module share: the engine cache of the build, and signals.
final class TestEngines {
  static final EngineBinaries BINARIES =
      EngineBinaries.locate(
          Path.of("target", "engines"), line -> System.err.println("engines: " + line));

  private TestEngines() {}

  static void signal(String name, long pid) throws IOException {
    new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid).start().onExit().join();
  }
}
