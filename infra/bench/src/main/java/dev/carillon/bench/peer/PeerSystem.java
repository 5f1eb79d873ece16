package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A running peer.
final class PeerSystem implements MeasuredSystem {
  private final String name;
  private final Peer.Start start;
  private final PeerProcess process;
  private final @Nullable PeerDatabase database;
  private final PeerClient.Protocol protocol;
  private int groups;
  private int runs;

  /// Starts the process of a peer whose database runs.
  @FunctionalInterface
  interface Launch {
    /// Returns when it accepts clients.
    PeerProcess launch(PeerDatabase database) throws IOException;
  }

  /// @param database null: it has none
  PeerSystem(
      String name,
      Peer.Start start,
      PeerProcess process,
      @Nullable PeerDatabase database,
      PeerClient.Protocol protocol) {
    this.name = name;
    this.start = start;
    this.process = process;
    this.database = database;
    this.protocol = protocol;
    start.progress().accept(name + " ready on port " + process.address().getPort());
  }

  /// Starts a database, then the peer.
  static PeerSystem withDatabase(
      String name, Peer.Start start, PeerClient.Protocol protocol, Launch launch)
      throws IOException {
    PeerDatabase database = PeerDatabase.start(start.folder(), start.progress());
    try {
      return new PeerSystem(name, start, launch.launch(database), database, protocol);
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, List<Long>> processes() {
    Map<String, List<Long>> processes = new LinkedHashMap<>();
    processes.put(name, List.of(process.process().pid()));
    if (database != null) {
      processes.put("mariadb", List.of(database.pid()));
    }
    return processes;
  }

  @Override
  public PeerDevices gather(int devices, Shape shape) throws InterruptedException {
    int group = shape == Shape.GROUP ? ++groups : 0;
    return new PeerDevices(protocol, devices, group, start.textLength(), () -> ++runs)
        .signIn(start.loop(), process.address());
  }

  @Override
  public void close() {
    try {
      process.close();
    } finally {
      if (database != null) {
        database.close();
      }
    }
  }
}
