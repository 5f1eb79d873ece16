package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.engines.ChildProcess;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.runtime.lifecycle.Closer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A running peer: its process, and its database if it has one.
final class PeerSystem implements MeasuredSystem {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final int OUTPUT_LINES = 20;

  private final String name;
  private final Peer.Start start;
  private final PeerClient.Protocol protocol;
  private final Closer closer = new Closer();
  private final LinkedHashMap<String, List<Long>> processes = new LinkedHashMap<>();
  private InetSocketAddress address = new InetSocketAddress(LOOPBACK, 0);
  private int groups;
  private int runs;

  /// What is done to start a peer.
  @FunctionalInterface
  interface Launch {
    /// Gives it what it needs, and runs its program.
    void launch(PeerSystem system) throws IOException;
  }

  private PeerSystem(String name, Peer.Start start, PeerClient.Protocol protocol) {
    this.name = name;
    this.start = start;
    this.protocol = protocol;
  }

  /// Starts a peer; nothing of it is left when that fails.
  static PeerSystem start(
      String name, Peer.Start start, PeerClient.Protocol protocol, Launch launch)
      throws IOException {
    PeerSystem system = new PeerSystem(name, start, protocol);
    try {
      launch.launch(system);
      return system;
    } catch (IOException | RuntimeException e) {
      system.close();
      throw e;
    }
  }

  /// Starts an empty database.
  PeerDatabase database() {
    PeerDatabase database = closer.add(PeerDatabase.start(start.folder(), start.progress()));
    processes.put("mariadb", List.of(database.pid()));
    return database;
  }

  /// Runs its program in its folder; returns when it accepts clients at a port.
  ///
  /// @param environment in addition to that of this process
  void run(List<String> command, Map<String, String> environment, int port) {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.putAll(environment);
    ChildProcess process =
        closer.add(
            ChildProcess.start(command, start.folder(), all, start.folder().resolve("output.log")));
    processes.putFirst(name, List.of(process.pid()));
    address = new InetSocketAddress(LOOPBACK, port);
    Wait.until(() -> MeasuredSystem.accepts(address) || !process.isAlive(), POLL_INTERVAL, START_LIMIT);
    if (!process.isAlive() || !MeasuredSystem.accepts(address)) {
      throw new IllegalStateException(
          command.getFirst() + " does not start:\n" + process.lastOutput(OUTPUT_LINES));
    }
    start.progress().accept(name + " ready on port " + port);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, List<Long>> processes() {
    return processes;
  }

  @Override
  public PeerDevices gather(int devices, Shape shape) throws InterruptedException {
    int group = shape == Shape.GROUP ? ++groups : 0;
    return new PeerDevices(protocol, devices, group, start.textLength(), () -> ++runs)
        .signIn(start.loop(), address);
  }

  @Override
  public void close() {
    closer.close();
  }
}
