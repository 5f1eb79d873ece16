package dev.carillon.engines;

import java.util.Optional;

/// Which engines to start, and how; an absent one is run by somebody else.
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
