package dev.carillon.message.mailbox;

import dev.carillon.message.rig.Databases;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.RealMariaDb;
import java.util.concurrent.TimeoutException;

/// Opens the real database of mailboxes, with its schema.
public final class MailboxDatabase {
  /// The database's name.
  public static final String NAME = "carillon_mailbox";

  private MailboxDatabase() {}

  /// Opens it in a real MariaDB.
  public static MySqlDatabase open(RealMariaDb mariaDb, Health health, Metrics metrics)
      throws InterruptedException, TimeoutException {
    MySqlConfig config = Databases.config(mariaDb, NAME);
    MySqlDatabase database = MySqlDatabase.open(config, health, metrics, System::nanoTime);
    Databases.migrate(database, "schema/mailbox");
    return database;
  }
}
