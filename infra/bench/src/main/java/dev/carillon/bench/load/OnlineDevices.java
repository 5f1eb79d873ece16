package dev.carillon.bench.load;

/// Devices that are signed in.
public interface OnlineDevices extends AutoCloseable {
  /// Connections that ended by themselves since all devices were signed in; empty: none.
  String losses();

  /// Signs all devices out.
  @Override
  void close();
}
