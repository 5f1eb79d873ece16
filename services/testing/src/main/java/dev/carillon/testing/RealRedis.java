package dev.carillon.testing;

import dev.carillon.engines.RedisEngine;

/// A real Redis for tests; what it holds is gone with each restart.
public final class RealRedis extends RealEngine<RedisEngine> {
  /// Emptied before each test.
  public RealRedis() {
    this(true);
  }

  private RealRedis(boolean emptiedPerTest) {
    super(emptiedPerTest);
  }

  /// Emptied only before the first test of a class, for a class whose tests share one running
  /// service.
  public static RealRedis perClass() {
    return new RealRedis(false);
  }

  /// Its address without the password, for example `redis://127.0.0.1:20002`.
  public String url() {
    return engine().url();
  }

  public String password() {
    return SharedEngines.redisPassword();
  }

  /// FLUSHALL.
  @Override
  public void clear() {
    engine().clear();
  }

  @Override
  RedisEngine engine() {
    return SharedEngines.redis();
  }
}
