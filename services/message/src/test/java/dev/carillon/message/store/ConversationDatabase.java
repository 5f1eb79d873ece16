package dev.carillon.message.store;

import dev.carillon.message.rig.Databases;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.RealMariaDb;
import java.util.concurrent.TimeoutException;

/// Opens the real database of conversations, with its schema.
public final class ConversationDatabase {
  /// The database's name.
  public static final String NAME = "carillon_conversation";

  private ConversationDatabase() {}

  /// Opens it in a real MariaDB.
  public static MySqlDatabase open(RealMariaDb mariaDb)
      throws InterruptedException, TimeoutException {
    MySqlDatabase database =
        MySqlDatabase.open(
            Databases.config(mariaDb, NAME), new Health(), Metrics.none(), System::nanoTime);
    Databases.migrate(database, "schema/conversation");
    return database;
  }
}
