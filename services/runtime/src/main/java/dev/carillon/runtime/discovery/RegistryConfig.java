package dev.carillon.runtime.discovery;

import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;

/// Which registry a process joins, and how long the others wait for it when it dies.
///
/// @param endpoints etcd's members as `http://HOST:PORT` or `https://HOST:PORT`; or the single word
///   `memory:NAME` for a registry that lives in this JVM and is shared by all who give the name
/// @param leaseTimeToLive whole seconds, at least 2
public record RegistryConfig(List<String> endpoints, Duration leaseTimeToLive) {
  private static final String MEMORY = "memory:";

  /// Copies the list.
  public RegistryConfig {
    endpoints = List.copyOf(endpoints);
  }

  /// Reads `CARILLON_ETCD_ENDPOINTS` (default `http://127.0.0.1:2379`) and `CARILLON_ETCD_LEASE` (2
  /// s to 60 s, default 3 s).
  public static RegistryConfig read(Settings settings) {
    List<String> endpoints =
        settings.list("CARILLON_ETCD_ENDPOINTS", List.of("http://127.0.0.1:2379"));
    Duration lease =
        settings.duration(
            "CARILLON_ETCD_LEASE",
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            Duration.ofMinutes(1));
    RegistryConfig config = new RegistryConfig(endpoints, lease);
    if (!config.isMemory()) {
      try {
        EtcdEndpoints.parse(endpoints);
      } catch (IllegalArgumentException e) {
        settings.problem("CARILLON_ETCD_ENDPOINTS: " + e.getMessage());
      }
    }
    return config;
  }

  /// Opens the registry; etcd need not run yet.
  public Registry open() {
    return isMemory()
        ? MemoryRegistry.shared(endpoints.getFirst().substring(MEMORY.length()))
        : EtcdRegistry.connect(EtcdEndpoints.parse(endpoints));
  }

  private boolean isMemory() {
    return endpoints.size() == 1 && endpoints.getFirst().startsWith(MEMORY);
  }
}
