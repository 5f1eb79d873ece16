package dev.carillon.bench.rpc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// What the database server counts of the work that it does for everybody.
public final class ServerStatus implements AutoCloseable {
  private final Connection connection;

  private ServerStatus(Connection connection) {
    this.connection = connection;
  }

  /// Signs in.
  ///
  /// @param address `host:port` of the server
  public static ServerStatus open(String address, String password) {
    String url = "jdbc:mysql://" + address + "/?sslMode=DISABLED";
    try {
      return new ServerStatus(DriverManager.getConnection(url, "carillon", password));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot sign in to the database", e);
    }
  }

  /// One of its counters.
  ///
  /// @param name such as `Com_select`
  public long count(String name) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE '" + name + "'")) {
      row.next();
      return row.getLong(2);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read " + name, e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot leave the database", e);
    }
  }
}
