package dev.carillon.check.fault;

import dev.carillon.check.fault.Scene.Breakage;
import dev.carillon.engines.Engine;
import dev.carillon.local.supervisor.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/// Faults of the stores that the services stand on.
final class EngineFaults {
  private static final Duration RESTART_LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  private static final String REDIS = "redis";

  private EngineFaults() {}

  /// Everything that Redis holds is gone.
  static @Nullable Breakage flushRedis(Scene scene) throws IOException {
    if (scene.busy().contains(REDIS)) {
      return null;
    }
    TestInstallation installation = scene.installation();
    try (Jedis redis = new Jedis("127.0.0.1", installation.engine(REDIS).port())) {
      redis.auth(installation.redisPassword());
      redis.flushAll();
    }
    return new Breakage(REDIS, "FLUSHALL", Duration.ZERO, () -> {});
  }

  /// Redis is killed; for some seconds the empty one that takes its place is out of reach.
  static @Nullable Breakage stopRedis(Scene scene) throws Exception {
    List<TcpProxy> links =
        scene.installation().links().stream()
            .filter(link -> link.name().endsWith(" > " + REDIS))
            .toList();
    if (scene.busy().contains(REDIS)
        || links.stream().anyMatch(link -> scene.busy().contains(link.name()))) {
      return null;
    }
    Engine redis = scene.installation().engine(REDIS);
    long before = redis.pid();
    links.forEach(link -> link.poison(Toxic.RESET, 1));
    Scene.signal("KILL", before);
    return new Breakage(
        REDIS,
        "SIGKILL, unreachable",
        scene.chance().millis(1_500, 5_000),
        () -> {
          awaitAnother(redis, before);
          links.forEach(TcpProxy::heal);
        });
  }

  /// An engine ends, one way or the other, and is over when the supervisor has started it again.
  static @Nullable Breakage restart(String name, Scene scene) throws Exception {
    Engine engine = scene.installation().engine(name);
    long before = engine.pid();
    String signal = scene.chance().chance(0.5) ? "KILL" : "TERM";
    if (scene.busy().contains(name) || !Scene.signal(signal, before)) {
      return null;
    }
    return new Breakage(name, "SIG" + signal, Duration.ZERO, () -> awaitAnother(engine, before));
  }

  /// The engine's process is another one once it serves.
  private static void awaitAnother(Engine engine, long before) {
    boolean another =
        Wait.until(() -> engine.pid() != before && engine.isAlive(), POLL_INTERVAL, RESTART_LIMIT);
    if (!another) {
      throw new IllegalStateException(
          engine.name() + ": not started again within " + RESTART_LIMIT);
    }
  }
}
