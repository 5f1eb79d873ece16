package dev.carillon.check.history;

/// One device of one user, written `user/device`.
///
/// @param user the user id
/// @param name the device id
public record Device(String user, String name) {
  /// Reads what [#toString] wrote.
  ///
  /// @throws IllegalArgumentException when there is no slash
  public static Device parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("device: " + text + " (expected: user/device)");
    }
    return new Device(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return user + "/" + name;
  }
}
