package dev.carillon.local;

import dev.carillon.connection.ConnectionConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The environment of each instance: what all share, who it is, and for a gateway the ports that
/// devices know, which it keeps over restarts.
final class InstanceSettings {
  private static final int FIRST_CLIENT_PORT = 14_000;
  private static final int LAST_CLIENT_PORT = 19_999;
  private static final int OTHER_FOLDERS = 199;
  private static final int SEATS_OF_A_FOLDER = 30;
  private static final int ID_BYTES = 4;

  private final Map<String, String> shared;
  private final InstallationFolder folder;
  private final Wiring wiring;
  private final Map<Path, Integer> clientPorts = new HashMap<>();

  /// A port of a gateway that devices know.
  enum ClientPort {
    /// WebSocket and HTTP.
    WEB("CLIENT_LISTEN", ".port", 0),
    /// The gRPC stream.
    GRPC("CLIENT_GRPC_LISTEN", ".grpc-port", SEATS_OF_A_FOLDER / 2);

    private final String setting;
    private final String suffix;
    private final int begin;

    /// @param begin where to begin to look, among the ports of a folder
    ClientPort(String setting, String suffix, int begin) {
      this.setting = setting;
      this.suffix = suffix;
      this.begin = begin;
    }
  }

  /// Settings over what all instances share.
  ///
  /// @param folder where ports are remembered
  InstanceSettings(Map<String, String> shared, InstallationFolder folder, Wiring wiring) {
    this.shared = Map.copyOf(shared);
    this.folder = folder;
    this.wiring = wiring;
  }

  /// A new id for whoever sits down there: slots are owned by id, so no two ever have the same.
  static String newId(Seat seat) {
    byte[] random = new byte[ID_BYTES];
    new SecureRandom().nextBytes(random);
    return seat + "-" + HexFormat.of().formatHex(random);
  }

  /// The complete environment of one instance.
  Map<String, String> of(Seat seat, String id) {
    return wiring.rewired(seat, direct(seat, id));
  }

  private Map<String, String> direct(Seat seat, String id) {
    Map<String, String> environment = new TreeMap<>(shared);
    environment.put(seat.setting("INSTANCE_ID"), id);
    if (seat.service().equals(ConnectionConfig.SERVICE)) {
      for (ClientPort port : ClientPort.values()) {
        environment.computeIfAbsent(
            seat.setting(port.setting), name -> "127.0.0.1:" + clientPort(seat, port));
      }
    }
    return environment;
  }

  /// `host:port` that devices connect to.
  String clientAddress(Seat seat, ClientPort port) {
    return direct(seat, "any").getOrDefault(seat.setting(port.setting), "");
  }

  /// Chosen once: a gateway that comes back must listen where its devices look for it.
  private synchronized int clientPort(Seat seat, ClientPort kind) {
    Path file = folder.run().resolve(seat + kind.suffix);
    @Nullable Integer chosen = clientPorts.get(file);
    if (chosen != null) {
      return chosen;
    }
    int port = freePort(kept(file), kind.begin);
    clientPorts.put(file, port);
    try {
      Files.writeString(file, port + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remember the port of " + seat, e);
    }
    return port;
  }

  private int freePort(int kept, int begin) {
    if (kept > 0 && isOurs(kept)) {
      return kept;
    }
    int count = LAST_CLIENT_PORT - FIRST_CLIENT_PORT + 1;
    for (int i = 0; i < count; i++) {
      int port = FIRST_CLIENT_PORT + (firstTried() + begin + i) % count;
      if (isOurs(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "client port: none free (tried: " + FIRST_CLIENT_PORT + " to " + LAST_CLIENT_PORT + ")");
  }

  /// The default folder begins with the port of the manual, any other one elsewhere: two that start
  /// at the same time would both find the same port free.
  private int firstTried() {
    boolean usual = folder.root().endsWith(".carillon");
    return usual ? 0 : Math.floorMod(folder.root().hashCode(), OTHER_FOLDERS) * SEATS_OF_A_FOLDER;
  }

  private boolean isOurs(int port) {
    return !clientPorts.containsValue(port) && isFree(port);
  }

  private static int kept(Path file) {
    try {
      String text = Files.exists(file) ? Files.readString(file).strip() : "";
      return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
