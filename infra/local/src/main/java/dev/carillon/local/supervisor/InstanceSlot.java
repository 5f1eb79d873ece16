package dev.carillon.local.supervisor;

/// A place for one instance of an installation, such as `message-1`: instances that are restarted
/// take the place of the one that ended.
///
/// @param kind the service
/// @param number counted from 1 for each service
public record InstanceSlot(ServiceKind kind, int number) {
  /// Its name in files and logs, such as `message-1`.
  @Override
  public String toString() {
    return kind.service() + "-" + number;
  }
}
