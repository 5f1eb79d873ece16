package dev.carillon.local.supervisor;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.installation.InstallationFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The environment of each instance: the settings that all share, its id, and for a gateway the
/// client ports, which it keeps over restarts.
final class InstanceSettings {
  private static final int FIRST_CLIENT_PORT = 14_000;
  private static final int LAST_CLIENT_PORT = 19_999;
  private static final int OTHER_FOLDERS = 199;
  private static final int PORTS_OF_A_FOLDER = 30;

  /// Read by the root script, the engines, the benchmark and Maven's wrapper, not by services.
  private static final List<String> NOT_OF_SERVICES =
      List.of(
          "CARILLON_ETCD_BIN",
          "CARILLON_ENGINE_CACHE",
          "CARILLON_BENCH_PEERS",
          "CARILLON_BENCH_TINODE",
          "CARILLON_JAVA_HOME",
          "CARILLON_BUILDING");

  private final Map<String, String> shared;
  private final InstallationFolder folder;
  private final Routing routing;
  private final Map<Path, Integer> clientPorts = new HashMap<>();

  /// A port of a gateway that devices connect to.
  enum ClientPort {
    /// WebSocket and HTTP.
    WEB("CLIENT_LISTEN", ".port", 0),
    /// The gRPC stream.
    GRPC("CLIENT_GRPC_LISTEN", ".grpc-port", PORTS_OF_A_FOLDER / 2);

    private final String setting;
    private final String suffix;
    private final int begin;

    /// @param begin the first port to try, counted from the first one of the folder
    ClientPort(String setting, String suffix, int begin) {
      this.setting = setting;
      this.suffix = suffix;
      this.begin = begin;
    }
  }

  /// @param shared the settings of all instances
  /// @param folder where ports are remembered
  InstanceSettings(Map<String, String> shared, InstallationFolder folder, Routing routing) {
    this.shared = Map.copyOf(shared);
    this.folder = folder;
    this.routing = routing;
  }

  /// The settings for the engines and secrets of the installation; the environment's own settings
  /// have precedence.
  static Map<String, String> shared(
      InstallationPlan plan, Map<String, String> environment, Map<String, String> engines) {
    InstallationFolder folder = plan.folder();
    Map<String, String> shared = new TreeMap<>(engines);
    if (!environment.containsKey("CARILLON_CONNECTION_TOKEN_KEYS")) {
      shared.put(
          "CARILLON_CONNECTION_TOKEN_KEYS_FILE", SecretFile.TOKEN_KEYS.in(folder).toString());
    }
    if (!environment.containsKey("CARILLON_CONNECTION_TICKET_KEY")) {
      shared.put(
          "CARILLON_CONNECTION_TICKET_KEY_FILE", SecretFile.TICKET_KEY.in(folder).toString());
    }
    if (!plan.processes()) {
      // No other process could take over, so a long lease costs nothing, and a busy machine keeps
      // it.
      shared.put("CARILLON_ETCD_LEASE", "20s");
    }
    // One machine has few devices, and `down` waits for the drain.
    shared.put("CARILLON_CONNECTION_DRAIN_SPREAD", "500ms");
    shared.put("CARILLON_CONNECTION_DRAIN_GRACE", "500ms");
    shared.putAll(environment);
    shared.keySet().removeAll(NOT_OF_SERVICES);
    return shared;
  }

  /// The complete environment of one instance.
  Map<String, String> of(InstanceSlot slot, String id) {
    Map<String, String> environment = new TreeMap<>(shared);
    environment.put(slot.setting("INSTANCE_ID"), id);
    for (ClientPort port : ClientPort.values()) {
      String address = clientAddress(slot, port);
      if (address != null) {
        environment.put(slot.setting(port.setting), address);
      }
    }
    return routing.rerouted(slot, environment);
  }

  /// `host:port` that devices connect to; null for other services than gateways.
  @Nullable String clientAddress(InstanceSlot slot, ClientPort port) {
    String setting = slot.setting(port.setting);
    boolean free = slot.service().equals(ConnectionConfig.SERVICE) && !shared.containsKey(setting);
    return free ? "127.0.0.1:" + clientPort(slot, port) : shared.get(setting);
  }

  /// Chosen once: a gateway that is restarted must listen on the port that its devices know.
  private synchronized int clientPort(InstanceSlot slot, ClientPort kind) {
    return clientPorts.computeIfAbsent(
        folder.run().resolve(slot + kind.suffix),
        file -> {
          try {
            String kept = Files.exists(file) ? Files.readString(file).strip() : "";
            int port = freePort(kept.matches("\\d{1,5}") ? Integer.parseInt(kept) : 0, kind.begin);
            Files.writeString(file, port + "\n");
            return port;
          } catch (IOException e) {
            throw new UncheckedIOException("cannot remember the port of " + slot, e);
          }
        });
  }

  private int freePort(int kept, int begin) {
    int count = LAST_CLIENT_PORT - FIRST_CLIENT_PORT + 1;
    IntStream others =
        IntStream.range(0, count).map(i -> FIRST_CLIENT_PORT + (firstTried() + begin + i) % count);
    return IntStream.concat(IntStream.of(kept), others)
        .filter(port -> port > 0 && !clientPorts.containsValue(port) && isFree(port))
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "client port: none free (tried: "
                    + FIRST_CLIENT_PORT
                    + " to "
                    + LAST_CLIENT_PORT
                    + ")"));
  }

  /// The default folder begins with the documented port, other folders elsewhere: two installations
  /// that start at the same time would both find the same port free.
  private int firstTried() {
    boolean usual = folder.root().endsWith(".carillon");
    return usual ? 0 : Math.floorMod(folder.root().hashCode(), OTHER_FOLDERS) * PORTS_OF_A_FOLDER;
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
