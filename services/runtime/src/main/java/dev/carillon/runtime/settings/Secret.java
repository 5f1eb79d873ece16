package dev.carillon.runtime.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Objects;

/// A value that must never be printed: its text form is always redacted.
public final class Secret {
  /// What stands in for every secret in logs and descriptions.
  public static final String REDACTED = "<redacted>";

  /// The secret that is not set; it is what required secrets read as while problems are collected.
  public static final Secret EMPTY = new Secret("");

  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /// Keeps `value` as it is, without trimming.
  public static Secret of(String value) {
    return new Secret(Objects.requireNonNull(value, "value"));
  }

  /// The secret itself. Callers hand it straight to the library that needs it.
  public String reveal() {
    return value;
  }

  /// Whether there is nothing to reveal.
  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(value.getBytes(UTF_8), secret.value.getBytes(UTF_8));
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return REDACTED;
  }
}
