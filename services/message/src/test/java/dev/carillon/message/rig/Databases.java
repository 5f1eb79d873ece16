package dev.carillon.message.rig;

import dev.carillon.message.MessageApp;
import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.mysql.VSchema;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.testing.RealMariaDb;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// The settings of a database of the tests' real server.
public final class Databases {
  private Databases() {}

  /// Makes the tables, or on Vitess waits for what was made beneath it.
  public static void migrate(MySqlDatabase database, String folder)
      throws InterruptedException, TimeoutException {
    Schema schema = Schema.of(MessageApp.class, folder);
    if (database.isVitess()) {
      VSchema.of(schema).awaitIn(database);
    } else {
      schema.migrate(database);
    }
  }

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
