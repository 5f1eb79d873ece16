package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.wire.Loop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// A system that is measured beside Carillon, if it is installed.
public interface Peer {
  /// Its name on the command line and in results.
  String name();

  /// What is missing and how to get it; empty: it can be started.
  Optional<String> absent();

  /// Its version, if that can be known before it runs; else empty. Only for one that is not absent.
  default String version() {
    return "";
  }

  /// One sentence: when a message that it accepted is on disk.
  String durability();

  /// Starts it on an empty folder and returns when it accepts connections.
  ///
  /// @throws dev.carillon.installation.CommandFailure when it is absent
  MeasuredSystem start(Start start) throws IOException;

  /// What a peer is started with.
  ///
  /// @param folder its own, which exists and is empty
  /// @param users how many users it knows
  /// @param loop the network thread of the generator
  /// @param textLength how long each text is, in bytes
  /// @param progress prints a line that says what is going on
  record Start(Path folder, int users, Loop loop, int textLength, Consumer<String> progress) {}
}
