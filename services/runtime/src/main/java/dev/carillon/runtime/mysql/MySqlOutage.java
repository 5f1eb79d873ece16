package dev.carillon.runtime.mysql;

import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.lifecycle.Retry;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the server of a database is away: while it is, the readiness reason `mysql:<database>`
/// stands, and its return is looked for. Thread-safe.
final class MySqlOutage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MySqlOutage.class);
  private static final Backoff PROBE = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

  private final MySqlConfig config;
  private final Health health;
  private final LongSupplier nanos;
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile boolean closed;

  MySqlOutage(MySqlConfig config, Health health, LongSupplier nanos) {
    this.config = config;
    this.health = health;
    this.nanos = nanos;
  }

  /// The reason's name.
  String reason() {
    return "mysql:" + config.database();
  }

  /// Waits for the server, as long as a start may, and for its first answer to `question`. What is
  /// wrong with the answer, and will be right only when an operator mends it, is waited for as
  /// well.
  <T> T awaitStart(Callable<T> question) throws InterruptedException, TimeoutException {
    health.notReady(reason(), "connecting");
    return new Retry(PROBE, nanos)
        .onlyIf(MySqlOutage::mayPass)
        .onFailure((failure, delay) -> waiting(String.valueOf(failure.getMessage())))
        .within(
            config.startLimit(),
            "database " + config.database(),
            () -> {
              probe();
              return question.call();
            });
  }

  /// Nothing is waited for any more.
  void started() {
    health.ready(reason());
  }

  private void waiting(String why) {
    if (!why.equals(health.state().reasons().get(reason()))) {
      health.notReady(reason(), why);
      LOG.warn("the start waits for the database {}: {}", config.database(), why);
    }
  }

  /// Notes a failure; one of a lost server begins an outage.
  void note(MySqlException failure) {
    if (failure.fault() != Fault.UNAVAILABLE || closed || !away.compareAndSet(false, true)) {
      return;
    }
    health.notReady(reason(), failure.text());
    LOG.atWarn()
        .addKeyValue("database", config.database())
        .addKeyValue("error", String.valueOf(failure.getCause()))
        .log("database away");
    Thread.ofVirtual().name("mysql-probe").start(this::awaitReturn);
  }

  /// Whether an outage stands.
  boolean stands() {
    return away.get();
  }

  private void awaitReturn() {
    try {
      new Retry(PROBE, nanos)
          .onlyIf(failure -> !closed)
          .within(Duration.ofDays(1), "database " + config.database(), this::probe);
      LOG.atInfo().addKeyValue("database", config.database()).log("database back");
      health.ready(reason());
    } catch (TimeoutException e) {
      LOG.debug("closed while the database was away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      away.set(false);
    }
  }

  private boolean probe() throws SQLException {
    String url = config.migrate() ? config.creatingUrl() : config.jdbcUrl();
    try (Connection connection =
        DriverManager.getConnection(url, config.user(), config.password().reveal())) {
      return connection.isValid(1);
    }
  }

  private static boolean mayPass(Exception failure) {
    return switch (failure) {
      case IllegalStateException _ -> true;
      case MySqlException known -> isAway(known);
      case SQLException sql -> isAway(MySqlException.of(sql));
      default -> false;
    };
  }

  private static boolean isAway(MySqlException failure) {
    return switch (failure.fault()) {
      case UNAVAILABLE, SHARD_AWAY, BUSY -> true;
      case DUPLICATE_KEY, CONTENDED, SEVERAL_SHARDS, OTHER -> false;
    };
  }

  /// Ends the look for the server's return.
  @Override
  public void close() {
    closed = true;
  }
}
