package dev.carillon.engines;

/// How an engine treats what it has acknowledged.
public enum Durability {
  /// On disk before it is acknowledged, as in production.
  DURABLE,
  /// Survives a crash of the engine but not of the machine; for tests.
  FAST
}
