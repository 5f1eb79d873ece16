package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop;
import dev.carillon.bench.load.ClosedLoop.Window;
import dev.carillon.wire.Loop;
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
    try (Echo echo = Echo.start();
        Calls calls = NumberRequests.unary(echo.address(), 2);
        Calls streams = NumberRequests.streams(echo.address(), 2, 4, false)) {
      Calls.Result all = ClosedLoop.all(calls, MANY, Window.of(MANY), Map.of());

      assertThat(all.done()).isEqualTo(MANY);
      Map<String, List<Long>> processes = Map.of("echo", List.of(echo.jvm().pid()));
      allKept(ClosedLoop.run(calls, Window.of(4), processes, Duration.ZERO, SHORT));
      allKept(ClosedLoop.run(streams, Window.of(8), processes, Duration.ZERO, SHORT));
    }
  }

  @Test
  void redisIncrementsAsItIsSet() throws Exception {
    for (boolean durable : List.of(true, false)) {
      try (Loop loop = Loop.start();
          RedisCalls redis = new RedisCalls(folder.resolve("" + durable), loop, durable, 3)) {
        allKept(ClosedLoop.run(redis, Window.of(3), Map.of(), Duration.ZERO, SHORT));
      }
    }
  }

  private static void allKept(Calls.Result result) {
    assertThat(result.done()).isPositive();
    assertThat(result.refused()).isZero();
    assertThat(result.isClean()).isTrue();
  }
}
