package dev.carillon.engines;

/// How an embedded etcd runs.
///
/// @param durability [Durability#FAST] skips the disk flush of every change
/// @param quotaMiB how large its data may grow before it refuses writes, in MiB, 16 to 8192
public record EtcdOptions(Durability durability, int quotaMiB) {
  /// As in production, for one installation on one machine.
  public static final EtcdOptions DEFAULT = new EtcdOptions(Durability.DURABLE, 256);

  public EtcdOptions {
    Checks.range("quotaMiB", quotaMiB, 16, 8192);
  }

  public EtcdOptions withDurability(Durability other) {
    return new EtcdOptions(other, quotaMiB);
  }
}
