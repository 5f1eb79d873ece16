package dev.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.redis.Redis;
import dev.carillon.runtime.redis.RedisConfig;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.testing.RealRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RedisDirectoryCopyIT extends DirectoryCopyContract {
  @RegisterExtension static final RealRedis REDIS = new RealRedis();

  private Redis redis;
  private RedisDirectoryCopy copy;

  @BeforeEach
  void open() {
    RedisConfig config =
        new RedisConfig(
            new HostPort("127.0.0.1", REDIS.port()),
            Optional.empty(),
            Optional.of(Secret.of(REDIS.password())),
            false,
            4,
            Duration.ofSeconds(5));
    redis = Redis.open(config, new Health(), Telemetry.none().metrics(), System::nanoTime);
    copy = new RedisDirectoryCopy(redis);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Override
  DirectoryCopy copy() {
    return copy;
  }

  @Test
  void aCopyThatIsKeptUpIsFoundHoweverLongAgoItWasWrittenAsAWhole() {
    copy.replace(SLOT, whole(5, PHONE));
    String copyKey = RedisDirectoryCopy.copyKey(SLOT, 5);
    String epochKey = RedisDirectoryCopy.epochKey(SLOT);
    redis.call(jedis -> jedis.expire(copyKey, 60));
    redis.call(jedis -> jedis.expire(epochKey, 60));

    copy.apply(List.of(change(5, LAPTOP, true)));

    assertThat(secondsToLive(copyKey)).isGreaterThan(60);
    assertThat(secondsToLive(epochKey)).isGreaterThan(60);
    assertThat(copy.take(SLOT, 6)).hasValueSatisfying(found -> assertThat(found).hasSize(2));
  }

  private long secondsToLive(String key) {
    return redis.call(jedis -> jedis.ttl(key));
  }
}
