package dev.carillon.bench.load;

/// Devices that are signed in.
public interface Attendance extends AutoCloseable {
  /// Connections that ended by themselves since everybody was signed in; empty: none.
  String losses();

  /// Signs everybody out.
  @Override
  void close();
}
