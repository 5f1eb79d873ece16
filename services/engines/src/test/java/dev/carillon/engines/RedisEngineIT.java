package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

class RedisEngineIT extends EngineContract<RedisEngine> {
  private static final String PASSWORD = "s3cret-#1";

  @Override
  RedisEngine start(Path data) {
    RedisOptions options = RedisOptions.DEFAULT.withPassword(PASSWORD).withPersistence();
    return RedisEngine.start(TestEngines.BINARIES, data, options);
  }

  @Override
  void write(RedisEngine engine, String value) {
    try (Jedis redis = connect(engine, PASSWORD)) {
      redis.set("key", value);
    }
  }

  @Override
  Optional<String> read(RedisEngine engine) {
    try (Jedis redis = connect(engine, PASSWORD)) {
      return Optional.ofNullable(redis.get("key"));
    }
  }

  @Override
  void awaitDurable(RedisEngine engine) {
    try (Jedis redis = connect(engine, PASSWORD)) {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> redis.info("persistence").contains("aof_pending_bio_fsync:0"));
    }
  }

  @Test
  void refusesAStranger() {
    try (RedisEngine engine = start(folder.resolve("a"))) {
      assertThatThrownBy(() -> connect(engine, "guess").ping()).isInstanceOf(JedisException.class);
    }
  }

  @Test
  void forgetsEverythingWhenCleared() {
    try (RedisEngine engine = start(folder.resolve("a"))) {
      write(engine, "one");
      engine.clear();
      assertThat(read(engine)).isEmpty();
    }
  }

  @Test
  void needsNoPasswordAndForgetsByDefault() {
    try (RedisEngine engine =
        RedisEngine.start(TestEngines.BINARIES, folder.resolve("a"), RedisOptions.DEFAULT)) {
      try (Jedis redis = new Jedis("127.0.0.1", engine.port())) {
        redis.set("key", "one");
      }
      engine.restart();
      try (Jedis redis = new Jedis("127.0.0.1", engine.port())) {
        assertThat(redis.get("key")).isNull();
      }
    }
  }

  private static Jedis connect(RedisEngine engine, String password) {
    return new Jedis(
        new HostAndPort("127.0.0.1", engine.port()),
        DefaultJedisClientConfig.builder().password(password).build());
  }
}
