package dev.carillon.local.supervisor;

import dev.carillon.installation.InstallationFolder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The settings that all instances of one installation share.
final class SharedSettings {
  /// Read by the root script, the engines, the benchmark and Maven's wrapper, not by services.
  private static final List<String> NOT_OF_SERVICES =
      List.of(
          "CARILLON_ETCD_BIN",
          "CARILLON_ENGINE_CACHE",
          "CARILLON_BENCH_PEERS",
          "CARILLON_BENCH_TINODE",
          "CARILLON_JAVA_HOME",
          "CARILLON_BUILDING");

  private SharedSettings() {}

  /// The settings for the engines and secrets of the installation; the environment's own settings
  /// have precedence.
  static Map<String, String> of(
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
}
