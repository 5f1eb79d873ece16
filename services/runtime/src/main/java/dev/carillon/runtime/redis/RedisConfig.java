package dev.carillon.runtime.redis;

import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.Optional;

/// The settings of Redis.
///
/// @param address where it is
/// @param user who signs in, for servers with access lists
/// @param password with what, if anything
/// @param tls whether the connection is encrypted, with the trust of the JDK
/// @param poolSize connections at most; also the calls in flight at most
/// @param timeout for connecting, for one answer, and for a free connection
public record RedisConfig(
    HostPort address,
    Optional<String> user,
    Optional<Secret> password,
    boolean tls,
    int poolSize,
    Duration timeout) {

  /// Refuses limits that would let nothing through.
  public RedisConfig {
    if (poolSize < 1 || timeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "poolSize: " + poolSize + ", timeout: " + timeout + " (expected: positive)");
    }
  }

  /// Reads what all services share, and `<prefix>_REDIS_POOL`, where `prefix` is for example
  /// `CARILLON_PRESENCE`.
  public static RedisConfig read(Settings settings, String prefix) {
    return new RedisConfig(
        settings.hostPort("CARILLON_REDIS_ADDRESS", new HostPort("127.0.0.1", 6379)),
        settings.optionalText("CARILLON_REDIS_USER"),
        settings.secret("CARILLON_REDIS_PASSWORD"),
        settings.bool("CARILLON_REDIS_TLS", false),
        settings.integer(prefix + "_REDIS_POOL", 8, 1, 256),
        settings.duration(
            "CARILLON_REDIS_TIMEOUT",
            Duration.ofMillis(250),
            Duration.ofMillis(10),
            Duration.ofSeconds(30)));
  }

  /// A local server without a password, with a long timeout: for tests.
  public static RedisConfig local(int port) {
    return new RedisConfig(
        new HostPort("127.0.0.1", port),
        Optional.empty(),
        Optional.empty(),
        false,
        8,
        Duration.ofSeconds(5));
  }
}
