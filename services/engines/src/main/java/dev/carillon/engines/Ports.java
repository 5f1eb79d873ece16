package dev.carillon.engines;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Free TCP ports of the loopback address for servers that keep their port over restarts.
///
/// They lie below the range from which the system takes the ports of outgoing connections: while an
/// engine is down, no client that tries to reach it again can be given its port, or even be
/// connected to itself.
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int ATTEMPTS = 200;

  private Ports() {}

  /// A port on which no process listens now.
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        return port;
      }
    }
    throw new EngineException(
        "free port: none found on the loopback address (tried: " + ATTEMPTS + ")");
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(loopback(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
