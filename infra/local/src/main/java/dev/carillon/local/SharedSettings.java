package dev.carillon.local;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The settings that all instances of one installation share.
final class SharedSettings {
  /// Read by the root script, the engines and Maven's wrapper, not by services.
  private static final List<String> NOT_OF_SERVICES =
      List.of(
          "CARILLON_ETCD_BIN", "CARILLON_ENGINE_CACHE", "CARILLON_JAVA_HOME", "CARILLON_BUILDING");

  private SharedSettings() {}

  /// What the engines and the secrets of the installation ask for, with the environment's own
  /// settings winning.
  static Map<String, String> of(
      Plan plan, Map<String, String> environment, Map<String, String> engines) {
    String secrets = plan.folder().secrets().toString();
    Map<String, String> shared = new TreeMap<>(engines);
    if (!environment.containsKey("CARILLON_CONNECTION_TOKEN_KEYS")) {
      shared.put("CARILLON_CONNECTION_TOKEN_KEYS_FILE", secrets + "/token-keys.json");
    }
    if (!environment.containsKey("CARILLON_CONNECTION_TICKET_KEY")) {
      shared.put("CARILLON_CONNECTION_TICKET_KEY_FILE", secrets + "/ticket-key");
    }
    if (!plan.processes()) {
      // Nobody is there to take over, so nobody waits: a busy machine must not cost a lease.
      shared.put("CARILLON_ETCD_LEASE", "20s");
    }
    // One machine, so few devices, and somebody waits for the end of `down`.
    shared.put("CARILLON_CONNECTION_DRAIN_SPREAD", "500ms");
    shared.put("CARILLON_CONNECTION_DRAIN_GRACE", "500ms");
    shared.putAll(environment);
    shared.keySet().removeAll(NOT_OF_SERVICES);
    return shared;
  }
}
