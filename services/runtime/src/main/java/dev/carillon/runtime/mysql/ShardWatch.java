package dev.carillon.runtime.mysql;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.slots.Shards;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the shards of a keyspace of Vitess every few seconds, and at once when it is told that
/// what is known of them is old. On a server without shards it looks once.
///
/// Shards that cannot be used are a readiness reason of their own, in one sentence; what was known
/// before stays in use.
final class ShardWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShardWatch.class);
  private static final long INTERVAL_SECONDS = 3;
  private static final int PARSE_ERROR = 1064;

  private final MySqlConfig config;
  private final Health health;
  private final Consumer<List<ShardName>> onLook;
  private final Semaphore wanted = new Semaphore(0);
  private final Thread thread;

  /// @param onLook is told the shards after every look, by ascending slots
  ShardWatch(MySqlConfig config, Health health, Consumer<List<ShardName>> onLook) {
    this.config = config;
    this.health = health;
    this.onLook = onLook;
    this.thread = Thread.ofVirtual().name("mysql-shards").unstarted(this::run);
  }

  /// The shards as the server knows them now; one without a name on a server that knows none.
  ///
  /// @throws IllegalStateException when they cannot be used
  List<ShardName> look() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                config.jdbcUrl(), config.user(), config.password().reveal());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW VITESS_SHARDS")) {
      return named(rows);
    } catch (SQLSyntaxErrorException e) {
      if (e.getErrorCode() == PARSE_ERROR) {
        return List.of(ShardName.whole(config.database()));
      }
      throw e;
    }
  }

  private List<ShardName> named(ResultSet rows) throws SQLException {
    String prefix = config.database() + "/";
    List<ShardName> shards = new ArrayList<>();
    while (rows.next()) {
      String shard = rows.getString(1);
      if (shard.startsWith(prefix)) {
        shards.add(new ShardName(config.database(), shard.substring(prefix.length())));
      }
    }
    shards.sort(Comparator.comparingInt(shard -> shard.slots().from()));
    try {
      Shards verified = new Shards(shards.stream().map(ShardName::slots).toList());
      LOG.debug("the shards of {} are {}", config.database(), verified.ranges());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("keyspace " + config.database() + ", " + e.getMessage(), e);
    }
    return shards;
  }

  /// Begins to look; for a keyspace of Vitess.
  void start() {
    thread.start();
  }

  /// What is known is old: looks at once.
  void lookNow() {
    if (wanted.availablePermits() == 0) {
      wanted.release();
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (wanted.tryAcquire(INTERVAL_SECONDS, TimeUnit.SECONDS)) {
          LOG.debug("the shards of {} are looked at early", config.database());
        }
        lookOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() {
    try {
      onLook.accept(look());
      health.ready(reason());
    } catch (SQLException e) {
      LOG.debug("the shards of {} could not be looked at", config.database(), e);
    } catch (IllegalStateException e) {
      health.notReady(reason(), String.valueOf(e.getMessage()));
    }
  }

  private String reason() {
    return "shards:" + config.database();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
