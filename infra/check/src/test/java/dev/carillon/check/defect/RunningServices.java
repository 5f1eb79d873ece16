package dev.carillon.check.defect;

import dev.carillon.check.workload.Endpoints;
import dev.carillon.connection.ConnectionApp;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.DefectiveGateway;
import dev.carillon.message.DefectiveMessages;
import dev.carillon.message.MessageConfig;
import dev.carillon.presence.PresenceApp;
import dev.carillon.presence.PresenceConfig;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.sequence.SequenceApp;
import dev.carillon.sequence.SequenceConfig;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All services in this JVM as production runs them, on a real etcd and a real database, with
/// defects that can be turned on. There is no Redis, which the contract allows.
final class RunningServices implements AutoCloseable {
  static final String CONVERSATIONS = "carillon_conversation";
  static final String MAILBOXES = "carillon_mailbox";
  static final String SEQUENCES = "carillon_sequence";

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Map<String, String> environment = new TreeMap<>();
  private final Endpoints endpoints;
  private final Path tokenKeys;

  /// Starts them; returns when devices can connect.
  ///
  /// @param folder for the keys
  RunningServices(RealEtcd etcd, RealMariaDb mariaDb, Switch defects, Path folder)
      throws Exception {
    tokenKeys = folder.resolve("token-keys.json");
    settings(etcd, mariaDb);
    running.push(SequenceApp.start(SequenceConfig.read(settings(SequenceConfig.SERVICE))));
    running.push(PresenceApp.start(PresenceConfig.read(settings(PresenceConfig.SERVICE))));
    running.push(
        DefectiveMessages.start(MessageConfig.read(settings(MessageConfig.SERVICE)), defects));
    ConnectionApp gateway =
        DefectiveGateway.start(ConnectionConfig.read(settings(ConnectionConfig.SERVICE)), defects);
    running.push(gateway);
    endpoints =
        new Endpoints(
            List.of("127.0.0.1:" + gateway.clientPort()), List.of(gateway.clientGrpcAddress()));
  }

  private void settings(RealEtcd etcd, RealMariaDb mariaDb) throws IOException {
    String key = "carillon-check-seeded-defects-key-0123456789";
    Files.writeString(
        tokenKeys,
        """
        {"keys":[{"kty":"oct","kid":"test","alg":"HS256","use":"sig","k":"%s"}]}
        """
            .formatted(key));
    environment.put("CARILLON_ETCD_ENDPOINTS", etcd.url());
    // Nobody takes over here: a busy machine must not cost a lease.
    environment.put("CARILLON_ETCD_LEASE", "60s");
    environment.put("CARILLON_MYSQL_URL", "jdbc:mysql://127.0.0.1:" + mariaDb.port());
    environment.put("CARILLON_MYSQL_USER", mariaDb.user());
    environment.put("CARILLON_MYSQL_PASSWORD", mariaDb.password());
    environment.put("CARILLON_MYSQL_TLS", "disabled");
    environment.put("CARILLON_REDIS_ADDRESS", "127.0.0.1:1");
    environment.put("CARILLON_CONNECTION_TOKEN_KEYS_FILE", tokenKeys.toString());
    environment.put("CARILLON_CONNECTION_TICKET_KEY", key);
    environment.put("CARILLON_CONNECTION_DRAIN_SPREAD", "0s");
    environment.put("CARILLON_CONNECTION_DRAIN_GRACE", "100ms");
  }

  private Settings settings(String service) {
    return Settings.of(Services.onClassPath().known(service, environment));
  }

  /// Where devices reach the gateway.
  Endpoints endpoints() {
    return endpoints;
  }

  /// The keys that sign tokens.
  Path tokenKeys() {
    return tokenKeys;
  }

  @Override
  public void close() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }
}
