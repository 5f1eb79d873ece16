package dev.carillon.check.history;

/// One device of one user, written `user/device`.
///
/// @param user the user id
/// @param name the device id
public record Device(String user, String name) {
  @Override
  public String toString() {
    return user + "/" + name;
  }
}
