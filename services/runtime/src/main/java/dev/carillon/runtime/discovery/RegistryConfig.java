package dev.carillon.runtime.discovery;

import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Which registry a process joins, and how long the others wait for it when it dies.
///
/// @param source opens the registry, see [#open]; etcd in production
/// @param leaseTimeToLive whole seconds, at least 2
public record RegistryConfig(Function<LongSupplier, Registry> source, Duration leaseTimeToLive) {
  /// The registry in etcd.
  ///
  /// @param endpoints etcd's members as `http://HOST:PORT` or `https://HOST:PORT`
  /// @throws IllegalArgumentException when one of them is not such an address
  public RegistryConfig(List<String> endpoints, Duration leaseTimeToLive) {
    this(etcd(EtcdEndpoints.parse(endpoints)), leaseTimeToLive);
  }

  /// Reads `CARILLON_ETCD_ENDPOINTS` (default `http://127.0.0.1:2379`) and `CARILLON_ETCD_LEASE` (2
  /// s to 60 s, default 3 s).
  public static RegistryConfig read(Settings settings) {
    List<String> defaults = List.of("http://127.0.0.1:2379");
    List<String> endpoints = settings.list("CARILLON_ETCD_ENDPOINTS", defaults);
    Duration lease =
        settings.duration(
            "CARILLON_ETCD_LEASE",
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            Duration.ofMinutes(1));
    try {
      return new RegistryConfig(endpoints, lease);
    } catch (IllegalArgumentException e) {
      settings.problem("CARILLON_ETCD_ENDPOINTS: " + e.getMessage());
      return new RegistryConfig(defaults, lease);
    }
  }

  /// A new connection to the registry, which the caller closes; etcd need not run yet.
  ///
  /// @param nanos the monotonic clock by which leases are judged, in nanoseconds
  public Registry open(LongSupplier nanos) {
    return source.apply(nanos);
  }

  private static Function<LongSupplier, Registry> etcd(EtcdEndpoints endpoints) {
    return nanos -> new EtcdRegistry(endpoints, nanos);
  }
}
