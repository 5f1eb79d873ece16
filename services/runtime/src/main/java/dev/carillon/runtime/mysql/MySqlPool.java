package dev.carillon.runtime.mysql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.carillon.runtime.lifecycle.Retry;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Stopwatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections for one kind of work on one shard, opened as they are needed. Thread-safe.
final class MySqlPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MySqlPool.class);
  private static final Duration BORROW_LIMIT = Duration.ofSeconds(2);
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(2);

  private final MySqlSource source;
  private final HikariDataSource connections;
  private final boolean commits;
  private final Histogram duration;
  private final List<Metrics.Registration> gauges = new ArrayList<>();

  /// @param shard the shard's name, for metrics
  /// @param name of the pool, for metrics and threads
  /// @param size connections at most
  /// @param commits whether the first statement begins a transaction, which commit or rollback
  ///   ends: between two of them nothing is open at the server, however long the connection idles.
  ///   Else every statement is a transaction of its own.
  MySqlPool(
      MySqlConfig config, String shard, String name, int size, boolean commits, Metrics metrics) {
    this.source = new MySqlSource(config, Retry::pause);
    this.connections = open(config, name, size, commits, source);
    this.commits = commits;
    String[] labels = {"database", config.database(), "pool", name, "shard", shard};
    this.duration =
        metrics.timer("mysql.duration", "How long reads and transactions took.", labels);
    gauge(
        metrics,
        "mysql.active",
        "Connections in use.",
        HikariPoolMXBean::getActiveConnections,
        labels);
    gauge(
        metrics,
        "mysql.idle",
        "Connections not in use.",
        HikariPoolMXBean::getIdleConnections,
        labels);
    gauge(
        metrics,
        "mysql.waiting",
        "Threads that wait for a connection.",
        HikariPoolMXBean::getThreadsAwaitingConnection,
        labels);
  }

  private void gauge(
      Metrics metrics,
      String what,
      String description,
      ToDoubleFunction<HikariPoolMXBean> value,
      String... labels) {
    gauges.add(
        metrics.gauge(
            what,
            description,
            () ->
                connections.isClosed() ? 0 : value.applyAsDouble(connections.getHikariPoolMXBean()),
            labels));
  }

  private static HikariDataSource open(
      MySqlConfig config, String name, int size, boolean commits, MySqlSource source) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName(config.database() + "-" + name);
    hikari.setDataSource(source);
    // Unused, but by it Hikari knows the driver, whose timeouts it sets without threads.
    hikari.setJdbcUrl(config.jdbcUrl());
    hikari.setAutoCommit(!commits);
    hikari.setMaximumPoolSize(size);
    hikari.setMinimumIdle(1);
    hikari.setIdleTimeout(size == 1 ? 0 : IDLE_LIMIT.toMillis());
    hikari.setConnectionTimeout(BORROW_LIMIT.toMillis());
    hikari.setValidationTimeout(Duration.ofSeconds(1).toMillis());
    hikari.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    hikari.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    hikari.setInitializationFailTimeout(-1);
    // Our statements compare what they change; the gap locks of REPEATABLE READ would only
    // collide.
    hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    return new HikariDataSource(hikari);
  }

  /// Runs `work` on one connection, once, and commits what it did where that is to be done; rolls
  /// back when it throws. Waits 2 s at most for a connection.
  <T> T run(Function<MySqlSession, T> work) {
    Stopwatch stopwatch = Stopwatch.start();
    try (Connection connection = borrow()) {
      return run(connection, work);
    } catch (SQLException e) {
      throw MySqlException.of(e);
    } finally {
      duration.recordNanos(stopwatch.nanos());
    }
  }

  private Connection borrow() throws SQLException {
    try {
      return connections.getConnection();
    } catch (SQLTransientConnectionException e) {
      @Nullable SQLException away = source.failure();
      if (away == null) {
        throw MySqlException.busy(e);
      }
      e.addSuppressed(away);
      throw e;
    }
  }

  private <T> T run(Connection connection, Function<MySqlSession, T> work) throws SQLException {
    try {
      T result = work.apply(new MySqlSession(connection));
      if (commits) {
        connection.commit();
      }
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      giveUp(connection, e);
      throw e;
    }
  }

  /// A connection that was lost, or cannot roll back, must not go back to the pool: its next user
  /// would fail, too.
  private void giveUp(Connection connection, Throwable cause) {
    boolean isLost =
        switch (cause) {
          case MySqlException failure -> failure.fault() == Fault.UNAVAILABLE;
          case SQLException failure -> MySqlException.of(failure).fault() == Fault.UNAVAILABLE;
          default -> false;
        };
    try {
      if (isLost) {
        abandon(connection);
      } else if (commits) {
        connection.rollback();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
      abandon(connection);
    }
  }

  /// Without a word to the server: a rollback or a goodbye would wait for one that is away.
  private void abandon(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("a connection that was lost could not be closed", e);
    }
    connections.evictConnection(connection);
  }

  /// Whether nobody has or wants a connection.
  boolean isIdle() {
    HikariPoolMXBean now = connections.getHikariPoolMXBean();
    return now.getActiveConnections() == 0 && now.getThreadsAwaitingConnection() == 0;
  }

  boolean isClosed() {
    return connections.isClosed();
  }

  /// Ends every connection without a word to the server, so that nothing waits for one that is
  /// away; [#close] follows.
  void abandon() {
    source.close();
    source.abandon();
  }

  @Override
  public void close() {
    gauges.forEach(Metrics.Registration::close);
    source.close();
    connections.close();
  }
}
