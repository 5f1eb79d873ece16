package dev.carillon.runtime.mysql;

import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Retry;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// The source of a pool's connections: while the server is away it retries several times a second,
/// and answers when the server is back.
///
/// Hikari by itself tries less and less often, in the end every five seconds, and all that time
/// after the server is back no caller gets a connection. Thread-safe.
final class MySqlSource implements DataSource, AutoCloseable {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofMillis(250));

  private final Opener opener;
  private final Retry.Pause pause;
  private final Set<Connection> opened = ConcurrentHashMap.newKeySet();
  private volatile @Nullable SQLException failure;
  private volatile boolean closed;

  /// Opens one connection, or fails within a few seconds.
  @FunctionalInterface
  interface Opener {
    Connection open() throws SQLException;
  }

  MySqlSource(Opener opener, Retry.Pause pause) {
    this.opener = opener;
    this.pause = pause;
  }

  static MySqlSource of(MySqlConfig config) {
    String url = config.jdbcUrl();
    return new MySqlSource(
        () -> DriverManager.getConnection(url, config.user(), config.password().reveal()),
        Retry::pause);
  }

  /// Waits for a server that is away until there is a connection or this is closed. What else goes
  /// wrong, a wrong password for example, is thrown at once.
  @Override
  public Connection getConnection() throws SQLException {
    for (int tries = 1; !closed; tries++) {
      try {
        Connection connection = opener.open();
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

  /// Why the last try to connect failed; absent when it did not.
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

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("who signs in is part of the settings");
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

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
    throw new SQLFeatureNotSupportedException("it logs nothing");
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("it logs nothing");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException("it wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
