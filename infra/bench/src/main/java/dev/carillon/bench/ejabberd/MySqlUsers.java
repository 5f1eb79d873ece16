package dev.carillon.bench.ejabberd;

import dev.carillon.engines.MariaDbEngine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/// Fills ejabberd's database: its tables, and users straight into one of them, which takes a moment
/// where its own interface takes minutes.
final class MySqlUsers {
  private static final int BATCH = 1_000;
  private static final String INSERT =
      "INSERT INTO users (username, server_host, password) VALUES (?, 'localhost', ?)";

  private MySqlUsers() {}

  /// Creates the tables and the users.
  ///
  /// @param schema the statements of ejabberd's package
  static void create(MariaDbEngine engine, String database, String schema, int users) {
    String url = engine.url(database) + "&allowMultiQueries=true&rewriteBatchedStatements=true";
    try (Connection connection =
        DriverManager.getConnection(url, engine.user(), engine.password())) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(schema);
      }
      connection.setAutoCommit(false);
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        for (int i = 0; i < users; i++) {
          insert.setString(1, Stanzas.user(i));
          insert.setString(2, Stanzas.PASSWORD);
          insert.addBatch();
          if (i % BATCH == BATCH - 1) {
            insert.executeBatch();
          }
        }
        insert.executeBatch();
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot fill ejabberd's database", e);
    }
  }
}
