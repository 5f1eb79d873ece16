package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.net.Loop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What services are measured beside.
final class FloorsIT {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final int MANY = 100;

  @TempDir private Path folder;

  @Test
  void theEchoAnswersWithGrowingNumbers() throws Exception {
    try (EchoProcess echo = EchoProcess.start();
        NumberCalls calls = new NumberCalls(echo.address(), 2)) {
      Burst burst = Burst.of(calls, MANY);

      assertThat(burst.done()).isEqualTo(MANY);
      Saturation full =
          ClosedLoop.run(calls, 4, Map.of("echo", List.of(echo.pid())), Duration.ZERO, SHORT);
      assertThat(full.violations() + full.refused()).isZero();
    }
  }

  @Test
  void redisIncrementsAsItWasTold() {
    Path programs = Path.of(System.getProperty("carillon.home", "."), ".engines");
    try (Loop loop = Loop.start();
        RedisIncrements redis = RedisIncrements.start(folder.resolve("redis"), programs, loop)) {
      for (RedisIncrements.Keeping keeping : RedisIncrements.Keeping.values()) {
        Saturation result = redis.run(keeping, 3, Duration.ZERO, SHORT);

        assertThat(result.violations() + result.refused()).isZero();
      }
    }
  }
}
