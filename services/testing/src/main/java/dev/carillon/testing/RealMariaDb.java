package dev.carillon.testing;

import dev.carillon.engines.Engine;
import dev.carillon.engines.SqlEngine;
import dev.carillon.engines.SqlServer;
import dev.carillon.engines.VitessEngine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A real MariaDB for tests, or the MySQL that [SqlEngine#start] is pointed at, or vtgate with the
/// system property `carillon.vitess`.
///
/// Emptying deletes the rows of every table in the databases that were asked for, and keeps the
/// tables: services need to create their schema only once per JVM. The record of applied schema
/// files (`schema_version`) stays, too.
public final class RealMariaDb extends RealEngine<Engine> {
  private static final String SCHEMA_RECORD = "schema_version";
  private static final long LARGE_TABLE_ROWS = 2_000;

  private final Set<String> databases = new LinkedHashSet<>();

  /// Emptied before each test.
  ///
  /// @param databases created if they do not exist; each begins with `carillon_`
  public RealMariaDb(String... databases) {
    this(true, databases);
  }

  private RealMariaDb(boolean emptiedPerTest, String... databases) {
    super(emptiedPerTest);
    this.databases.addAll(List.of(databases));
  }

  /// Emptied only before the first test of a class, for a class whose tests share one running
  /// service.
  public static RealMariaDb perClass(String... databases) {
    return new RealMariaDb(false, databases);
  }

  /// The address of one database for MySQL Connector/J, without the account. The database is
  /// created if it does not exist.
  public synchronized String url(String database) {
    databases.add(database);
    execute("CREATE DATABASE IF NOT EXISTS `" + database + "`");
    return server().url(database);
  }

  public String user() {
    return server().user();
  }

  public String password() {
    return server().password();
  }

  /// A new connection to one database, for what a test wants to see or break itself.
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), user(), password());
  }

  /// Drops a database with all its tables and creates it anew, for tests of the schema itself.
  public synchronized void recreate(String database) {
    execute("DROP DATABASE IF EXISTS `" + database + "`");
    url(database);
  }

  private static SqlServer server() {
    return (SqlServer) SharedEngines.sql();
  }

  /// What lies beneath vtgate, which deletes nothing on all shards at once.
  private static SqlServer beneath() {
    return SharedEngines.sql() instanceof VitessEngine vitess ? vitess.mySql() : server();
  }

  @Override
  public synchronized void clear() {
    for (String database : databases) {
      execute("CREATE DATABASE IF NOT EXISTS `" + database + "`");
    }
    try (Connection connection = connect(beneath());
        Statement statement = connection.createStatement()) {
      for (String emptying : emptyingStatements(connection)) {
        statement.addBatch(emptying);
      }
      statement.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException(
          "MariaDB: cannot be emptied; does a transaction still run?", e);
    }
  }

  /// Deleting is quicker for a few rows, truncating for many.
  private List<String> emptyingStatements(Connection connection) throws SQLException {
    String question =
        """
        SELECT table_schema, table_name, table_rows FROM information_schema.tables
        WHERE table_schema IN (?, ?, ?) AND table_type = 'BASE TABLE' AND table_name <> ?\
        """;
    List<String> statements = new ArrayList<>();
    try (PreparedStatement tables = connection.prepareStatement(question)) {
      for (String database : databases) {
        tables.setString(1, database);
        tables.setString(2, "vt_" + database + "_-80");
        tables.setString(3, "vt_" + database + "_80-");
        tables.setString(4, SCHEMA_RECORD);
        try (ResultSet rows = tables.executeQuery()) {
          while (rows.next()) {
            String table = "`" + rows.getString(1) + "`.`" + rows.getString(2) + "`";
            boolean large = rows.getLong(3) > LARGE_TABLE_ROWS;
            statements.add((large ? "TRUNCATE TABLE " : "DELETE FROM ") + table);
          }
        }
      }
    }
    return statements;
  }

  private void execute(String sql) {
    try (Connection connection = connect(server());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("MariaDB: " + sql, e);
    }
  }

  /// Waits a few seconds, not the server's minute and day, for locks that a test left held.
  private Connection connect(SqlServer to) throws SQLException {
    String limits =
        to instanceof VitessEngine
            ? ""
            : "&sessionVariables=lock_wait_timeout=5,innodb_lock_wait_timeout=5";
    return DriverManager.getConnection(to.url("") + limits, user(), password());
  }

  @Override
  Engine engine() {
    return SharedEngines.sql();
  }
}
