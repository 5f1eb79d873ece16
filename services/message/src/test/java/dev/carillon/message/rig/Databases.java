package dev.carillon.message.rig;

import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.testing.RealMariaDb;
import java.time.Duration;

/// The settings of a database of the tests' real server.
public final class Databases {
  private Databases() {}

  /// How to reach `database`.
  public static MySqlConfig config(RealMariaDb server, String database) {
    return new MySqlConfig(
        "jdbc:mysql://127.0.0.1:" + server.port(),
        server.user(),
        Secret.of(server.password()),
        database,
        MySqlConfig.Tls.DISABLED,
        MySqlConfig.Pools.standard(),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        true);
  }
}
