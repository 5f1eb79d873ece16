package dev.carillon.runtime.mysql;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Retry;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One shard of a database, behind two small pools of connections, one for reads and one for
/// transactions: however many readers wait, a transaction finds a connection, and the other way
/// round, no connection changes its mode on the way, and a shard that is slow takes none of
/// another's.
///
/// Calls block, so they belong on virtual threads, behind a bounded queue where many may come at
/// once. Dead connections are noticed before use; [#read] and [#repeatable] try again for a while.
/// Thread-safe.
public final class MySqlShard {
  private static final Logger LOG = LoggerFactory.getLogger(MySqlShard.class);
  private static final Duration RETRY_LIMIT = Duration.ofSeconds(10);
  private static final int MAX_CONTENDED_TRIES = 8;
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(5), Duration.ofMillis(500));

  private final MySqlConfig config;
  private final ShardName name;
  private final LongSupplier nanos;
  private final Consumer<MySqlException> onFailure;
  private final MySqlPool reads;
  private final MySqlPool transactions;
  private final Counter retries;
  private final AtomicBoolean away = new AtomicBoolean();

  /// @param onFailure is told every failure, before anything is tried again; must not block
  MySqlShard(
      MySqlConfig config,
      ShardName name,
      Metrics metrics,
      LongSupplier nanos,
      Consumer<MySqlException> onFailure) {
    this.config = config;
    this.name = name;
    this.nanos = nanos;
    this.onFailure = onFailure;
    MySqlConfig.Pools pools = config.pools();
    this.reads = new MySqlPool(config, name.label(), "reads", pools.reads(), false, metrics);
    this.transactions =
        new MySqlPool(config, name.label(), "transactions", pools.transactions(), true, metrics);
    this.retries =
        metrics.counter(
            "mysql.retries", "Transactions tried again.", "database", config.database());
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

  /// As [#read], for statements that do not name the sharding key: what they find lies on this
  /// shard, and no other is asked. A shard that is none any more is not waited for: the map is old,
  /// and the caller asks again.
  public <T> T scan(Function<MySqlSession, T> work) {
    return withRetries(reads, false, RETRY_LIMIT, session -> name.within(session, work));
  }

  /// Runs `work` in a transaction, again when it lost against another one. When the connection is
  /// lost it throws `UNAVAILABLE`: whether the transaction took place is then not known. When it
  /// met another shard of Vitess it throws `SEVERAL_SHARDS`; nothing was written.
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

  private <T> T withRetries(
      MySqlPool pool, boolean repeatable, Duration limit, Function<MySqlSession, T> work) {
    long end = nanos.getAsLong() + limit.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        T result = pool.run(work);
        serves();
        return result;
      } catch (MySqlException e) {
        failed(e);
        boolean again =
            switch (e.fault()) {
              case CONTENDED -> tries < MAX_CONTENDED_TRIES;
              case UNAVAILABLE, SHARD_AWAY, BUSY -> repeatable && !pool.isClosed();
              case DUPLICATE_KEY, SEVERAL_SHARDS, OTHER -> false;
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

  private void failed(MySqlException failure) {
    if (failure.fault() == Fault.SHARD_AWAY && away.compareAndSet(false, true)) {
      LOG.atWarn()
          .addKeyValue("database", config.database())
          .addKeyValue("shard", name.label())
          .addKeyValue("error", String.valueOf(failure.getCause()))
          .log("shard away");
    }
    onFailure.accept(failure);
  }

  private void serves() {
    if (away.get() && away.compareAndSet(true, false)) {
      LOG.atInfo()
          .addKeyValue("database", config.database())
          .addKeyValue("shard", name.label())
          .log("shard back");
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

  /// Whether nobody works on it at the moment.
  boolean isIdle() {
    return reads.isIdle() && transactions.isIdle();
  }

  /// Ends its connections.
  ///
  /// @param away whether the server is, so that nothing waits for it
  void close(boolean away) {
    if (away) {
      reads.abandon();
      transactions.abandon();
    }
    reads.close();
    transactions.close();
  }
}
