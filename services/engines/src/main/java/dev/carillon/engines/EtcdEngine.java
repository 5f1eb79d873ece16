package dev.carillon.engines;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A real etcd of one member.
public final class EtcdEngine extends Engine {
  private static final int TIMEOUT_MILLIS = 2_000;

  private final Path program;
  private final EtcdOptions options;

  private EtcdEngine(Path program, EngineFolder folder, EtcdOptions options) {
    super("etcd", folder);
    this.program = program;
    this.options = options;
  }

  /// Starts etcd on the data in a folder, empty at first, and returns when it serves clients.
  ///
  /// @throws EngineException if there is no etcd, the folder is in use, or it does not start
  public static EtcdEngine start(EngineBinaries binaries, Path data, EtcdOptions options) {
    Path program = binaries.etcd();
    EtcdEngine engine = new EtcdEngine(program, EngineFolder.open(data), options);
    engine.launch();
    return engine;
  }

  /// The address of its clients, for example `http://127.0.0.1:20001`.
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /// Deletes every key that starts with the prefix; the empty prefix deletes all. Leases stay.
  public void clear(String prefix) {
    String start = prefix.isEmpty() ? "\0" : prefix;
    String body =
        "{\"key\":\"%s\",\"range_end\":\"%s\"}"
            .formatted(base64(start.getBytes(StandardCharsets.UTF_8)), base64(endOfPrefix(prefix)));
    try {
      HttpURLConnection connection = connect(url() + "/v3/kv/deleterange");
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body.getBytes(StandardCharsets.UTF_8));
      }
      read(connection);
    } catch (IOException e) {
      throw new EngineException("etcd: cannot delete the keys of \"" + prefix + "\"", e);
    }
  }

  @Override
  List<String> command(int onPort) {
    String client = "http://127.0.0.1:" + onPort;
    String peer = "http://127.0.0.1:" + Ports.free();
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("--name", "carillon", "--data-dir", "db", "--log-level", "warn"));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
    command.addAll(List.of("--initial-cluster", "carillon=" + peer));
    // A member that is alone waits for nobody but itself, and for one election time after each
    // start.
    command.addAll(List.of("--heartbeat-interval", "30", "--election-timeout", "300"));
    command.addAll(
        List.of("--auto-compaction-mode", "periodic", "--auto-compaction-retention", "30m"));
    command.addAll(
        List.of("--quota-backend-bytes", Long.toString(options.quotaMiB() * 1024L * 1024L)));
    if (options.durability() == Durability.FAST) {
      command.add("--unsafe-no-fsync");
    }
    return command;
  }

  @Override
  boolean answers(ChildProcess started) throws IOException {
    return read(connect(url() + "/health")).contains("\"true\"");
  }

  private static HttpURLConnection connect(String address) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection;
  }

  private static String read(HttpURLConnection connection) throws IOException {
    try (var in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      connection.disconnect();
    }
  }

  /// The first key after all that start with the prefix; a zero byte stands for "to the end of all
  /// keys".
  private static byte[] endOfPrefix(String prefix) {
    byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] != (byte) 0xFF) {
        end[i]++;
        return ByteBuffer.allocate(i + 1).put(end, 0, i + 1).array();
      }
    }
    return new byte[1];
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
