package dev.carillon.engines;

import java.util.Optional;

/// How an embedded Redis runs.
///
/// @param password demanded from every client; absent means none
/// @param persistent whether writes are logged and flushed every second; otherwise all is gone with
///   the process
/// @param memoryMiB how much it may hold before it refuses writes, in MiB, 16 to 65536
public record RedisOptions(Optional<String> password, boolean persistent, int memoryMiB) {
  /// Disposable and without a password.
  public static final RedisOptions DEFAULT = new RedisOptions(Optional.empty(), false, 256);

  public RedisOptions {
    password.ifPresent(text -> Checks.secret("password", text));
    Checks.range("memoryMiB", memoryMiB, 16, 65_536);
  }

  public RedisOptions withPassword(String other) {
    return new RedisOptions(Optional.of(other), persistent, memoryMiB);
  }

  public RedisOptions withPersistence() {
    return new RedisOptions(password, true, memoryMiB);
  }

  /// Does not show the password.
  @Override
  public String toString() {
    return "RedisOptions[persistent=" + persistent + ", memoryMiB=" + memoryMiB + "]";
  }
}
