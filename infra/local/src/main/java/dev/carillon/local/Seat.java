package dev.carillon.local;

/// One of the instances that are to run; who sits there may change.
///
/// @param kind its service
/// @param number from 1, in its service
public record Seat(ServiceKind kind, int number) {
  /// Its name in files, such as `message-1`.
  @Override
  public String toString() {
    return kind.service() + "-" + number;
  }
}
