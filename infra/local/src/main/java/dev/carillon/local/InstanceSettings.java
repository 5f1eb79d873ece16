package dev.carillon.local;

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

/// The environment of each instance: what all share, who it is, and for a gateway the port that
/// devices know, which it keeps over restarts.
final class InstanceSettings {
  private static final int FIRST_CLIENT_PORT = 14_000;
  private static final int LAST_CLIENT_PORT = 19_999;
  private static final int OTHER_FOLDERS = 199;
  private static final int SEATS_OF_A_FOLDER = 30;
  private static final int ID_BYTES = 4;
  private static final String CLIENT_LISTEN = "CLIENT_LISTEN";

  private final Map<String, String> shared;
  private final InstallationFolder folder;
  private final Wiring wiring;
  private final Map<Seat, Integer> clientPorts = new HashMap<>();

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
    environment.put(seat.kind().setting("INSTANCE_ID"), id);
    if (seat.kind() == ServiceKind.CONNECTION) {
      environment.putIfAbsent(seat.kind().setting(CLIENT_LISTEN), "127.0.0.1:" + clientPort(seat));
    }
    return environment;
  }

  /// `host:port` that devices connect to.
  String clientAddress(Seat seat) {
    return direct(seat, "any").getOrDefault(seat.kind().setting(CLIENT_LISTEN), "");
  }

  /// Chosen once: a gateway that comes back must listen where its devices look for it.
  private synchronized int clientPort(Seat seat) {
    @Nullable Integer chosen = clientPorts.get(seat);
    if (chosen != null) {
      return chosen;
    }
    int port = freePort(kept(seat));
    clientPorts.put(seat, port);
    try {
      Files.writeString(file(seat), port + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remember the port of " + seat, e);
    }
    return port;
  }

  private int freePort(int kept) {
    if (kept > 0 && isOurs(kept)) {
      return kept;
    }
    int count = LAST_CLIENT_PORT - FIRST_CLIENT_PORT + 1;
    for (int i = 0; i < count; i++) {
      int port = FIRST_CLIENT_PORT + (firstTried() + i) % count;
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

  private int kept(Seat seat) {
    try {
      String text = Files.exists(file(seat)) ? Files.readString(file(seat)).strip() : "";
      return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the port of " + seat, e);
    }
  }

  private Path file(Seat seat) {
    return folder.run().resolve(seat + ".port");
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
