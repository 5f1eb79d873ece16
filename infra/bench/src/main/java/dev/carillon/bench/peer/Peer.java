package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.wire.Loop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A system that is measured beside Carillon, if it is installed.
public interface Peer {
  /// Its name on the command line and in results.
  String name();

  /// What is missing and how to get it; empty: it can be started.
  Optional<String> absent();

  /// One sentence: when a message that it accepted is on disk.
  String durability();

  /// The conversations that it knows.
  Set<MeasuredSystem.Shape> shapes();

  /// Starts it on an empty folder and returns when it accepts connections.
  MeasuredSystem start(Start start) throws IOException;

  /// What a peer is started with.
  ///
  /// @param folder its own, which exists and is empty
  /// @param users how many users it knows
  /// @param loop the network thread of the generator
  /// @param textLength how long each text is, in bytes
  /// @param progress prints a line that tells what is going on
  record Start(Path folder, int users, Loop loop, int textLength, Consumer<String> progress) {}
}
