package dev.carillon.testing;

import dev.carillon.engines.EtcdEngine;

/// A real etcd for tests.
public final class RealEtcd extends RealEngine<EtcdEngine> {
  /// Emptied before each test.
  public RealEtcd() {
    this(true);
  }

  private RealEtcd(boolean emptiedPerTest) {
    super(emptiedPerTest);
  }

  /// Emptied only before the first test of a class, for a class whose tests share one running
  /// service.
  public static RealEtcd perClass() {
    return new RealEtcd(false);
  }

  /// The address of its clients, for example `http://127.0.0.1:20001`.
  public String url() {
    return engine().url();
  }

  /// Deletes all keys.
  @Override
  public void clear() {
    engine().clear("");
  }

  /// Deletes the keys that start with the prefix.
  public void clear(String prefix) {
    engine().clear(prefix);
  }

  @Override
  EtcdEngine engine() {
    return SharedEngines.etcd();
  }
}
