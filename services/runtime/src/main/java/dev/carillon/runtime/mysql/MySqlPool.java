package dev.carillon.runtime.mysql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Stopwatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one database for one kind of work, opened as they are needed.
///
/// Reads and transactions have a pool each, so that neither waits for the other's connections, and
/// no connection changes its mode on the way. Thread-safe.
final class MySqlPool {
  private static final Logger LOG = LoggerFactory.getLogger(MySqlPool.class);
  private static final Duration BORROW_LIMIT = Duration.ofSeconds(2);
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(2);

  /// The purpose of a pool's connections, which decides how a statement ends on them.
  enum Work {
    /// Every statement is a transaction of its own.
    READS,
    /// The first statement begins a transaction, commit or rollback ends it. Between two of them
    /// nothing is open at the server, however long the connection idles.
    TRANSACTIONS
  }

  private final MySqlSource source;
  private final HikariDataSource pool;
  private final boolean commits;
  private final Histogram duration;

  MySqlPool(MySqlConfig config, Work work, Metrics metrics) {
    this.source = MySqlSource.of(config);
    this.pool = new HikariDataSource(hikari(config, work, source));
    this.commits = work == Work.TRANSACTIONS;
    String[] labels = {"database", config.database(), "pool", label(work)};
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
      return pool.getConnection();
    } catch (SQLTransientConnectionException e) {
      @Nullable SQLException away = source.failure();
      if (away != null) {
        e.addSuppressed(away);
      }
      throw e;
    }
  }

  /// Whether the last try to reach the server failed; a pool may have no connection to give only
  /// because all are in use.
  boolean isAway() {
    return source.failure() != null;
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
    try {
      if (isLost(cause)) {
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
    pool.evictConnection(connection);
  }

  private static boolean isLost(Throwable cause) {
    return switch (cause) {
      case MySqlException failure -> failure.fault() == MySqlException.Fault.UNAVAILABLE;
      case SQLException failure ->
          MySqlException.of(failure).fault() == MySqlException.Fault.UNAVAILABLE;
      default -> false;
    };
  }

  boolean isClosed() {
    return pool.isClosed();
  }

  /// Ends its connections; those of a server that is away without waiting for it.
  void close(boolean away) {
    source.close();
    if (away) {
      source.abandon();
    }
    pool.close();
  }

  private void gauge(
      Metrics metrics,
      String what,
      String description,
      ToDoubleFunction<HikariPoolMXBean> value,
      String... labels) {
    metrics.gauge(
        what,
        description,
        () -> pool.isClosed() ? 0 : value.applyAsDouble(pool.getHikariPoolMXBean()),
        labels);
  }

  private static HikariConfig hikari(MySqlConfig config, Work work, MySqlSource source) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName(config.database() + "-" + label(work));
    hikari.setDataSource(source);
    // Unused, but by it Hikari knows the driver, whose timeouts it sets without threads.
    hikari.setJdbcUrl(config.jdbcUrl());
    hikari.setAutoCommit(work == Work.READS);
    int size = work == Work.READS ? config.pools().reads() : config.pools().transactions();
    hikari.setMaximumPoolSize(size);
    hikari.setMinimumIdle(1);
    hikari.setIdleTimeout(size == 1 ? 0 : IDLE_LIMIT.toMillis());
    hikari.setConnectionTimeout(BORROW_LIMIT.toMillis());
    hikari.setValidationTimeout(Duration.ofSeconds(1).toMillis());
    hikari.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    hikari.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    hikari.setInitializationFailTimeout(-1);
    // Our statements compare what they change; the gap locks of REPEATABLE READ would only collide.
    hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    return hikari;
  }

  private static String label(Work work) {
    return work.name().toLowerCase(Locale.ROOT);
  }
}
