package dev.carillon.runtime.mysql;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Retry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The source of a pool's connections: while the server is away it retries several times a second,
/// and answers when the server is back.
///
/// Hikari by itself tries less and less often, in the end every five seconds, and all that time
/// after the server is back no caller gets a connection. Thread-safe.
class MySqlSource extends MysqlDataSource implements AutoCloseable {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofMillis(250));

  private final transient Retry.Pause pause;
  private final transient Set<Connection> opened = ConcurrentHashMap.newKeySet();
  private volatile @Nullable SQLException failure;
  private volatile boolean closed;

  MySqlSource(MySqlConfig config, Retry.Pause pause) {
    this.pause = pause;
    setUrl(config.jdbcUrl());
    setUser(config.user());
    setPassword(config.password().reveal());
  }

  /// Opens one connection, or fails within a few seconds.
  Connection open() throws SQLException {
    return super.getConnection();
  }

  /// Waits for a server that is away until there is a connection or this is closed. What else goes
  /// wrong, a wrong password for example, is thrown at once.
  @Override
  public Connection getConnection() throws SQLException {
    for (int tries = 1; !closed; tries++) {
      try {
        Connection connection = open();
        failure = null;
        opened.removeIf(MySqlSource::isClosed);
        opened.add(connection);
        return connection;
      } catch (SQLException e) {
        failure = e;
        if (MySqlException.of(e).fault() != MySqlException.Fault.UNAVAILABLE) {
          throw e;
        }
        await(BACKOFF.delay(tries));
      }
    }
    throw new SQLNonTransientConnectionException("closed while the server was away");
  }

  private void await(Duration delay) throws SQLException {
    try {
      pause.pause(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLNonTransientConnectionException("interrupted while the server was away", e);
    }
  }

  /// Why the last try to connect failed; absent when it did not. A pool may have no connection to
  /// give only because all are in use.
  @Nullable SQLException failure() {
    return failure;
  }

  /// Ends every connection without a word to the server. For a server that is away: to end one in
  /// the proper way is to wait for its answer to a rollback.
  void abandon() {
    for (Connection connection : opened) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        failure = e;
      }
    }
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /// Ends all waiting; connections stay as they are.
  @Override
  public void close() {
    closed = true;
  }

  /// Bounds how long the server may take to greet, for every connection of this JVM.
  @Override
  public void setLoginTimeout(int seconds) {
    DriverManager.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() {
    return DriverManager.getLoginTimeout();
  }
}
