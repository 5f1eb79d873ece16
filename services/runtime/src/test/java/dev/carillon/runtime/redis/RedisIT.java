package dev.carillon.runtime.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.RedisEngine;
import dev.carillon.engines.RedisOptions;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.telemetry.Telemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Response;

final class RedisIT {
  @TempDir static Path folder;
  private static RedisEngine engine;

  private final Health health = new Health();
  private final Telemetry telemetry = Telemetry.none();
  private Redis redis;

  @BeforeAll
  static void startEngine() {
    engine =
        RedisEngine.start(
            EngineBinaries.locate(folder.resolve("engines"), progress -> {}),
            folder.resolve("redis"),
            RedisOptions.DEFAULT.withPassword("secret"));
  }

  @AfterAll
  static void stopEngine() {
    engine.close();
  }

  @BeforeEach
  void open() {
    health.started();
    engine.clear();
    redis = Redis.open(config(), health, telemetry.metrics(), System::nanoTime);
  }

  @AfterEach
  void close() {
    redis.close();
    telemetry.close();
  }

  @Test
  void runsCommandsPipelinesAndScripts() {
    redis.call(jedis -> jedis.set("a", "1"));
    List<Response<Long>> answers = new ArrayList<>();
    redis.pipeline(pipeline -> {
      for (int i = 0; i < 100; i++) {
        answers.add(pipeline.incr("a"));
      }
    });
    Script script = Script.of("return redis.call('INCRBY', KEYS[1], ARGV[1])");

    assertThat(answers.getLast().get()).isEqualTo(101);
    assertThat(redis.eval(script, List.of("a"), List.of("9"))).isEqualTo(110L);
    redis.call(jedis -> jedis.scriptFlush());
    assertThat(redis.eval(script, List.of("a"), List.of("9"))).isEqualTo(119L);
  }

  @Test
  void tellsAnAbsentValueByNull() {
    @Nullable String value = redis.call(jedis -> jedis.get("nothing"));

    assertThat(value).isNull();
  }

  @Test
  void tellsACommandThatRedisRefusesApartFromAnAbsentRedis() {
    redis.call(jedis -> jedis.set("text", "x"));

    @Nullable RedisException failure =
        catchThrowableOfType(RedisException.class, () -> redis.call(jedis -> jedis.incr("text")));

    assertThat(failure).isNotNull();
    assertThat(failure.is(RuntimeReason.REDIS_FAULT)).isTrue();
    assertThat(isAway()).isFalse();
  }

  @Test
  void failsAtOnceWhileRedisIsAwayAndComesBackWithIt() {
    redis.call(jedis -> jedis.set("a", "1"));
    engine.kill();
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(this::failedAndAway);

    assertThat(health.isReady()).isTrue();
    assertThat(health.state().degraded()).containsOnlyKeys("redis");
    assertThatThrownBy(() -> redis.call(jedis -> jedis.get("a")))
        .hasMessage("REDIS_UNAVAILABLE: Redis is away");

    engine.restart();
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !isAway());
    assertThat(increment(redis, "b")).isEqualTo(1);
    assertThat(health.state().degraded()).isEmpty();
  }

  @Test
  void startsWithoutRedisAndFindsItLater() {
    engine.kill();
    try (Redis early = Redis.open(config(), health, telemetry.metrics(), System::nanoTime)) {
      assertThat(isAway()).isTrue();
      engine.restart();
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !isAway());
      assertThat(increment(early, "b")).isEqualTo(1);
    }
  }

  @Test
  void doesNotWaitForAPausedRedis() {
    engine.pause();
    try {
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(this::failedAndAway);
    } finally {
      engine.resume();
    }
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !isAway());
  }

  @Test
  void servesThousandsOfVirtualThreadsWithFewConnections() {
    Redis patient =
        Redis.open(
            config(Duration.ofSeconds(30)), health, Telemetry.none().metrics(), System::nanoTime);
    try (patient;
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 5_000; i++) {
        threads.execute(() -> patient.call(jedis -> jedis.incr("hits")));
      }
    }

    assertThat(increment(redis, "hits")).isEqualTo(5_001);
  }

  private static long increment(Redis redis, String key) {
    return redis.call(jedis -> jedis.incr(key));
  }

  private boolean failedAndAway() {
    try {
      redis.call(jedis -> jedis.get("a"));
    } catch (RedisException e) {
      assertThat(e.is(RuntimeReason.REDIS_UNAVAILABLE)).isTrue();
    }
    return isAway();
  }

  private boolean isAway() {
    return health.state().degraded().containsKey("redis");
  }

  private static RedisConfig config() {
    return config(Duration.ofMillis(500));
  }

  private static RedisConfig config(Duration timeout) {
    return new RedisConfig(
        new HostPort("127.0.0.1", engine.port()),
        Optional.empty(),
        Optional.of(Secret.of("secret")),
        false,
        8,
        timeout);
  }
}
