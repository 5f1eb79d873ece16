package dev.carillon.runtime.redis;

import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.lifecycle.Retry;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Stopwatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/// Redis, which may be away at any moment without anything being lost.
///
/// Calls block, for no longer than the configured timeout, and throw a [RedisException] when Redis
/// is away. After a few failures in a row the circuit opens: calls fail at once, `health` says
/// degraded, and one thread looks for its return. A failed call may have taken place or not.
/// Thread-safe.
public final class Redis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
  private static final String NAME = "redis";
  private static final int FAILURES_TO_OPEN = 3;
  private static final Backoff PROBE = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

  private final RedisClient client;
  private final RedisConfig config;
  private final Health health;
  private final LongSupplier nanos;
  private final Semaphore permits;
  private final Histogram calls;
  private final Counter failures;
  private final Counter refused;
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private volatile boolean open;
  private volatile boolean closed;

  private Redis(RedisConfig config, Health health, Metrics metrics, LongSupplier nanos) {
    this.config = config;
    this.health = health;
    this.nanos = nanos;
    this.client = client(config);
    this.permits = new Semaphore(config.poolSize());
    this.calls = metrics.timer("redis.duration", "How long calls took.");
    this.failures = metrics.counter("redis.failures", "Calls that Redis did not answer.");
    this.refused =
        metrics.counter("redis.refused", "Calls not made: circuit open or all connections busy.");
    metrics.gauge("redis.away", "1 while Redis is away.", () -> open ? 1 : 0);
    metrics.gauge(
        "redis.active", "Calls in flight.", () -> config.poolSize() - permits.availablePermits());
  }

  /// Connects if it can, and otherwise goes on looking for Redis in the background; never waits for
  /// longer than the configured timeout.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  public static Redis open(RedisConfig config, Health health, Metrics metrics, LongSupplier nanos) {
    Redis redis = new Redis(config, health, metrics, nanos);
    try {
      redis.probe();
    } catch (JedisException e) {
      redis.openCircuit(e);
    }
    return redis;
  }

  /// Runs one command or a few; `work` must be short and must not keep what it is handed.
  public <T extends @Nullable Object> T call(Function<UnifiedJedis, T> work) {
    acquire();
    Stopwatch stopwatch = Stopwatch.start();
    try {
      T result = work.apply(client);
      failuresInARow.setPlain(0);
      return result;
    } catch (JedisException e) {
      throw failed(e);
    } finally {
      permits.release();
      calls.recordNanos(stopwatch.nanos());
    }
  }

  /// Sends many commands in one go and returns when all are answered. Errors of single commands are
  /// in their responses.
  public void pipeline(Consumer<AbstractPipeline> work) {
    call(jedis -> {
      try (AbstractPipeline pipeline = jedis.pipelined()) {
        work.accept(pipeline);
        pipeline.sync();
        return true;
      }
    });
  }

  /// Runs `script` and returns what it returns: a `Long`, a `String`, a `List` of these, or null.
  public @Nullable Object eval(Script script, List<String> keys, List<String> arguments) {
    return call(jedis -> {
      try {
        return jedis.evalsha(script.sha1(), keys, arguments);
      } catch (JedisNoScriptException e) {
        // A server that restarted has forgotten it; sending it teaches it again.
        return jedis.eval(script.source(), keys, arguments);
      }
    });
  }

  @Override
  public void close() {
    closed = true;
    client.close();
  }

  private RedisException failed(JedisException failure) {
    if (failure instanceof JedisDataException && !isStartingOrReplica(failure)) {
      return RedisException.fault(failure);
    }
    failures.increment();
    if (failuresInARow.incrementAndGet() >= FAILURES_TO_OPEN) {
      openCircuit(failure);
    }
    return RedisException.away("Redis did not answer", failure);
  }

  /// Such a server answers, but not as the one that is meant.
  private static boolean isStartingOrReplica(JedisException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith("LOADING")
        || message.startsWith("READONLY")
        || message.startsWith("MASTERDOWN");
  }

  private void acquire() {
    if (open) {
      refused.increment();
      throw RedisException.away("Redis is away", null);
    }
    boolean acquired;
    try {
      acquired = permits.tryAcquire(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RedisException.away("interrupted while waiting for a connection", e);
    }
    if (!acquired) {
      refused.increment();
      throw RedisException.away("all connections to Redis are busy", null);
    }
  }

  private synchronized void openCircuit(JedisException failure) {
    if (open || closed) {
      return;
    }
    open = true;
    LOG.warn("Redis is away: {}", failure.getMessage());
    health.degraded(NAME, String.valueOf(failure.getMessage()));
    Thread.ofVirtual().name("redis-probe").start(this::awaitReturn);
  }

  private void awaitReturn() {
    try {
      new Retry(PROBE, nanos)
          .onlyIf(failure -> !closed)
          .within(Duration.ofDays(1), "Redis", this::probe);
      LOG.info("Redis is back");
      closeCircuit();
    } catch (TimeoutException e) {
      LOG.debug("closed while Redis was away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void closeCircuit() {
    failuresInARow.set(0);
    open = false;
    health.ready(NAME);
  }

  /// Leaves behind a full pool of live connections: many virtual threads on a cold pool starve it.
  private boolean probe() {
    client.getPool().clear();
    client.ping();
    try {
      client.getPool().addObjects(config.poolSize() - 1);
    } catch (JedisException e) {
      throw e;
    } catch (Exception e) {
      throw new JedisConnectionException("cannot fill the pool", e);
    }
    return true;
  }

  private static RedisClient client(RedisConfig config) {
    int timeoutMillis = Math.toIntExact(config.timeout().toMillis());
    DefaultJedisClientConfig.Builder client =
        DefaultJedisClientConfig.builder()
            .resp3()
            .clientName("carillon")
            .connectionTimeoutMillis(timeoutMillis)
            .socketTimeoutMillis(timeoutMillis);
    if (config.tls()) {
      client.sslOptions(SslOptions.defaults());
    }
    config.user().ifPresent(client::user);
    config.password().ifPresent(password -> client.password(password.reveal()));
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(config.poolSize());
    pool.setMaxIdle(config.poolSize());
    pool.setMinIdle(0);
    pool.setMaxWait(config.timeout());
    pool.setJmxEnabled(false);
    // Dead connections are cleared when the circuit closes; no thread of the pool need look for
    // them.
    pool.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
    return RedisClient.builder()
        .hostAndPort(new HostAndPort(config.address().host(), config.address().port()))
        .clientConfig(client.build())
        .poolConfig(pool)
        .build();
  }
}
