package dev.carillon.engines;

import java.util.List;

/// How an embedded MariaDB runs and what it holds.
///
/// @param user the application's account, valid from this machine only, with all rights on
///   databases called `<user>_…`
/// @param password of that account; set anew at every start
/// @param databases created at the start if they do not exist; each must begin with `<user>_`
/// @param durability [Durability#FAST] flushes the log once a second instead of at every commit
/// @param bufferPoolMiB memory for pages, in MiB, 8 to 65536
/// @param redoLogMiB size of the write-ahead log, in MiB, 8 to 65536; more smooths heavy writing
public record MariaDbOptions(
    String user,
    String password,
    List<String> databases,
    Durability durability,
    int bufferPoolMiB,
    int redoLogMiB) {
  public MariaDbOptions {
    Checks.identifier("user", user);
    Checks.secret("password", password);
    databases = List.copyOf(databases);
    for (String database : databases) {
      Checks.identifier("database", database);
      if (!database.startsWith(user + "_")) {
        throw new IllegalArgumentException(
            "database: " + database + " (expected: a name that begins with " + user + "_)");
      }
    }
    Checks.range("bufferPoolMiB", bufferPoolMiB, 8, 65_536);
    Checks.range("redoLogMiB", redoLogMiB, 8, 65_536);
  }

  /// Durable, with little memory.
  public static MariaDbOptions of(String user, String password, List<String> databases) {
    return new MariaDbOptions(user, password, databases, Durability.DURABLE, 64, 32);
  }

  public MariaDbOptions withDurability(Durability other) {
    return new MariaDbOptions(user, password, databases, other, bufferPoolMiB, redoLogMiB);
  }

  public MariaDbOptions withMemory(int newBufferPoolMiB, int newRedoLogMiB) {
    return new MariaDbOptions(
        user, password, databases, durability, newBufferPoolMiB, newRedoLogMiB);
  }

  /// Does not show the password.
  @Override
  public String toString() {
    return "MariaDbOptions[user=%s, databases=%s, durability=%s, bufferPoolMiB=%s, redoLogMiB=%s]"
        .formatted(user, databases, durability, bufferPoolMiB, redoLogMiB);
  }
}
