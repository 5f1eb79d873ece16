package dev.carillon.engines;

import java.util.Optional;

/// The engines to start, with their options; an absent one runs outside of the installation.
public record EnginesPlan(
    Optional<EtcdOptions> etcd, Optional<RedisOptions> redis, Optional<MariaDbOptions> mariaDb) {
  /// No engine at all; add with the `with…` methods.
  public static final EnginesPlan NONE =
      new EnginesPlan(Optional.empty(), Optional.empty(), Optional.empty());

  public EnginesPlan withEtcd(EtcdOptions options) {
    return new EnginesPlan(Optional.of(options), redis, mariaDb);
  }

  public EnginesPlan withRedis(RedisOptions options) {
    return new EnginesPlan(etcd, Optional.of(options), mariaDb);
  }

  public EnginesPlan withMariaDb(MariaDbOptions options) {
    return new EnginesPlan(etcd, redis, Optional.of(options));
  }
}
