package dev.carillon.runtime.mysql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.lifecycle.Retry;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Stopwatch;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One database behind two small pools of connections, one for reads and one for transactions:
/// however many readers wait, a transaction finds a connection, and the other way round, and no
/// connection changes its mode on the way.
///
/// Calls block, so they belong on virtual threads, behind a bounded queue where many may come at
/// once. A server that restarts is ridden out: dead connections are noticed before use, [#read] and
/// [#repeatable] try again for a while, and the readiness reason `mysql` is present meanwhile.
/// Thread-safe.
public final class MySqlDatabase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MySqlDatabase.class);
  private static final Duration RETRY_LIMIT = Duration.ofSeconds(10);
  private static final int MAX_CONTENDED_TRIES = 8;
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(5), Duration.ofMillis(500));
  private static final Backoff PROBE = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
  private static final Duration BORROW_LIMIT = Duration.ofSeconds(2);
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(2);

  private final MySqlConfig config;
  private final Health health;
  private final LongSupplier nanos;
  private final Pool reads;
  private final Pool transactions;
  private final Counter retries;
  private final AtomicBoolean away = new AtomicBoolean();

  private MySqlDatabase(MySqlConfig config, Health health, Metrics metrics, LongSupplier nanos) {
    this.config = config;
    this.health = health;
    this.nanos = nanos;
    this.reads = new Pool(config, "reads", config.pools().reads(), false, metrics);
    this.transactions =
        new Pool(config, "transactions", config.pools().transactions(), true, metrics);
    this.retries =
        metrics.counter(
            "mysql.retries", "Transactions tried again.", "database", config.database());
  }

  /// Waits for the server, as long as `config` says, and opens the pools. Until then `health` is
  /// not ready for the reason `mysql`. With `migrate`, the database is made if it is not there.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  public static MySqlDatabase open(
      MySqlConfig config, Health health, Metrics metrics, LongSupplier nanos)
      throws InterruptedException, TimeoutException {
    health.notReady(reasonName(config), "connecting");
    new Retry(PROBE, nanos)
        .onlyIf(failure -> failure instanceof SQLException sql && isAway(sql))
        .onFailure((failure, delay) ->
            health.notReady(reasonName(config), String.valueOf(failure.getMessage())))
        .within(config.startLimit(), "database " + config.database(), () -> probe(config));
    MySqlDatabase database = new MySqlDatabase(config, health, metrics, nanos);
    health.ready(reasonName(config));
    return database;
  }

  /// The database's name.
  public String name() {
    return config.database();
  }

  /// Runs `work`, which only reads, without a transaction around its statements; again when the
  /// connection is lost.
  public <T> T read(Function<MySqlSession, T> work) {
    return withRetries(reads, true, RETRY_LIMIT, work);
  }

  /// As [#read], but a lost connection is the caller's to bear, at once.
  public <T> T readOnce(Function<MySqlSession, T> work) {
    return withRetries(reads, false, RETRY_LIMIT, work);
  }

  /// Runs `work` in a transaction, again when it lost against another one. When the connection is
  /// lost it throws `UNAVAILABLE`: whether the transaction took place is then not known.
  public <T> T inTransaction(Function<MySqlSession, T> work) {
    return withRetries(transactions, false, RETRY_LIMIT, work);
  }

  /// As [#inTransaction], and again when the connection is lost, for work that does no harm when it
  /// is done twice.
  public <T> T repeatable(Function<MySqlSession, T> work) {
    return withRetries(transactions, true, RETRY_LIMIT, work);
  }

  /// As [#read], for as long as a start may wait for the server; for work of a start that does no
  /// harm when it is done twice.
  <T> T atStart(Function<MySqlSession, T> work) {
    return withRetries(reads, true, config.startLimit(), work);
  }

  @Override
  public void close() {
    boolean isAway = away.get();
    reads.close(isAway);
    transactions.close(isAway);
  }

  private <T> T withRetries(
      Pool pool, boolean repeatable, Duration limit, Function<MySqlSession, T> work) {
    long end = nanos.getAsLong() + limit.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        return pool.run(work);
      } catch (MySqlException e) {
        noteAway(e);
        boolean again =
            switch (e.fault()) {
              case CONTENDED -> tries < MAX_CONTENDED_TRIES;
              case UNAVAILABLE -> repeatable && !isClosed();
              case DUPLICATE_KEY, OTHER -> false;
            };
        Duration delay = BACKOFF.delay(tries);
        if (!again || nanos.getAsLong() + delay.toNanos() - end > 0) {
          throw e;
        }
        retries.increment();
        pause(delay);
      }
    }
  }

  private boolean isClosed() {
    return transactions.connections.isClosed();
  }

  private static void pause(Duration delay) {
    try {
      Retry.pause(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(RuntimeReason.CANCELLED, "interrupted before another try", e);
    }
  }

  /// Tells `health` of a server that is away, and starts to look for its return.
  private void noteAway(MySqlException failure) {
    if (failure.fault() != Fault.UNAVAILABLE
        || onlyBusy(failure)
        || isClosed()
        || !away.compareAndSet(false, true)) {
      return;
    }
    health.notReady(reasonName(config), failure.text());
    LOG.atWarn()
        .addKeyValue("database", config.database())
        .addKeyValue("error", String.valueOf(failure.getCause()))
        .log("database away");
    Thread.ofVirtual().name("mysql-probe").start(this::awaitReturn);
  }

  /// Whether there was no connection because others had them all.
  private boolean onlyBusy(MySqlException failure) {
    return failure.getCause() instanceof SQLTransientConnectionException
        && reads.source.failure() == null
        && transactions.source.failure() == null;
  }

  private void awaitReturn() {
    try {
      new Retry(PROBE, nanos)
          .onlyIf(failure -> !isClosed())
          .within(Duration.ofDays(1), "database " + config.database(), () -> probe(config));
      LOG.atInfo().addKeyValue("database", config.database()).log("database back");
      health.ready(reasonName(config));
    } catch (TimeoutException e) {
      LOG.debug("closed while the database was away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      away.set(false);
    }
  }

  private static boolean probe(MySqlConfig config) throws SQLException {
    String url = config.migrate() ? config.creatingUrl() : config.jdbcUrl();
    try (Connection connection =
        DriverManager.getConnection(url, config.user(), config.password().reveal())) {
      return connection.isValid(1);
    }
  }

  private static boolean isAway(SQLException failure) {
    return MySqlException.of(failure).fault() == Fault.UNAVAILABLE;
  }

  private static String reasonName(MySqlConfig config) {
    return "mysql:" + config.database();
  }

  /// The connections for one kind of work, opened as they are needed.
  private static final class Pool {
    private final MySqlSource source;
    private final HikariDataSource connections;
    private final boolean commits;
    private final Histogram duration;

    /// @param commits whether the first statement begins a transaction, which commit or rollback
    ///   ends: between two of them nothing is open at the server, however long the connection
    ///   idles. Else every statement is a transaction of its own.
    Pool(MySqlConfig config, String name, int size, boolean commits, Metrics metrics) {
      this.source = new MySqlSource(config, Retry::pause);
      this.connections = open(config, name, size, commits, source);
      this.commits = commits;
      String[] labels = {"database", config.database(), "pool", name};
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
      metrics.gauge(
          what,
          description,
          () -> connections.isClosed() ? 0 : value.applyAsDouble(connections.getHikariPoolMXBean()),
          labels);
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
        if (away != null) {
          e.addSuppressed(away);
        }
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
            case SQLException failure -> isAway(failure);
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

    /// Ends its connections; those of a server that is away without waiting for it.
    void close(boolean away) {
      source.close();
      if (away) {
        source.abandon();
      }
      connections.close();
    }
  }
}
