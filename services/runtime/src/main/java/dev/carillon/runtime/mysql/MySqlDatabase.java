package dev.carillon.runtime.mysql;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.lifecycle.Retry;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Metrics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One database behind two small pools of connections, one for reads and one for transactions:
/// however many readers wait, a transaction finds a connection, and the other way round.
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

  private final MySqlConfig config;
  private final Health health;
  private final LongSupplier nanos;
  private final MySqlPool reads;
  private final MySqlPool transactions;
  private final Counter retries;
  private final AtomicBoolean away = new AtomicBoolean();

  private MySqlDatabase(MySqlConfig config, Health health, Metrics metrics, LongSupplier nanos) {
    this.config = config;
    this.health = health;
    this.nanos = nanos;
    this.reads = new MySqlPool(config, MySqlPool.Work.READS, metrics);
    this.transactions = new MySqlPool(config, MySqlPool.Work.TRANSACTIONS, metrics);
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
    return withRetries(true, RETRY_LIMIT, () -> reads.run(work));
  }

  /// As [#read], but a lost connection is the caller's to bear, at once.
  public <T> T readOnce(Function<MySqlSession, T> work) {
    return withRetries(false, RETRY_LIMIT, () -> reads.run(work));
  }

  /// Runs `work` in a transaction, again when it lost against another one. When the connection is
  /// lost it throws `UNAVAILABLE`: whether the transaction took place is then not known.
  public <T> T inTransaction(Function<MySqlSession, T> work) {
    return withRetries(false, RETRY_LIMIT, () -> transactions.run(work));
  }

  /// As [#inTransaction], and again when the connection is lost, for work that does no harm when it
  /// is done twice.
  public <T> T repeatable(Function<MySqlSession, T> work) {
    return withRetries(true, RETRY_LIMIT, () -> transactions.run(work));
  }

  /// Runs `work` on one connection without a transaction and without any retry.
  <T> T onConnection(Function<MySqlSession, T> work) {
    return reads.run(work);
  }

  /// As [#onConnection], and again when the connection is lost, for as long as a start may wait for
  /// the server; for work of a start that does no harm when it is done twice.
  <T> T onConnectionAtStart(Function<MySqlSession, T> work) {
    return withRetries(true, config.startLimit(), () -> reads.run(work));
  }

  @Override
  public void close() {
    boolean isAway = away.get();
    reads.close(isAway);
    transactions.close(isAway);
  }

  /// One try of some work.
  private interface Attempt<T> {
    T run();
  }

  private <T> T withRetries(boolean repeatable, Duration limit, Attempt<T> attempt) {
    long end = nanos.getAsLong() + limit.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        return attempt.run();
      } catch (MySqlException e) {
        noteAway(e);
        boolean again =
            switch (e.fault()) {
              case CONTENDED -> tries < MAX_CONTENDED_TRIES;
              case UNAVAILABLE -> repeatable && !transactions.isClosed();
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
    if (failure.fault() != MySqlException.Fault.UNAVAILABLE
        || onlyBusy(failure)
        || transactions.isClosed()
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
        && !reads.isAway()
        && !transactions.isAway();
  }

  private void awaitReturn() {
    try {
      new Retry(PROBE, nanos)
          .onlyIf(failure -> !transactions.isClosed())
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
    return MySqlException.of(failure).fault() == MySqlException.Fault.UNAVAILABLE;
  }

  private static String reasonName(MySqlConfig config) {
    return "mysql:" + config.database();
  }
}
