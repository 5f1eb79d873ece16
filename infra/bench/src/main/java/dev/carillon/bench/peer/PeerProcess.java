package dev.carillon.bench.peer;

import dev.carillon.engines.ChildProcess;
import dev.carillon.local.supervisor.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The process of a peer, and where it accepts clients.
record PeerProcess(ChildProcess process, InetSocketAddress address) implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final int OUTPUT_LINES = 20;

  /// Runs a program; returns when it accepts clients at a port.
  ///
  /// @param folder where it works and its output goes
  /// @param environment in addition to that of this process
  static PeerProcess start(
      Path folder, List<String> command, Map<String, String> environment, int port) {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.putAll(environment);
    ChildProcess process = ChildProcess.start(command, folder, all, folder.resolve("output.log"));
    PeerProcess peer = new PeerProcess(process, new InetSocketAddress(LOOPBACK, port));
    boolean settled =
        Wait.until(() -> peer.accepts() || !process.isAlive(), POLL_INTERVAL, START_LIMIT);
    if (!settled || !process.isAlive()) {
      String output = process.lastOutput(OUTPUT_LINES);
      process.close();
      throw new IllegalStateException(command.getFirst() + " does not start:\n" + output);
    }
    return peer;
  }

  private boolean accepts() {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
