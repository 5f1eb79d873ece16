package dev.carillon.engines;

/// Whether an engine flushes a write before it acknowledges the write.
public enum Durability {
  /// On disk before it is acknowledged, as in production.
  DURABLE,
  /// Survives a crash of the engine but not of the machine; for tests.
  FAST
}
