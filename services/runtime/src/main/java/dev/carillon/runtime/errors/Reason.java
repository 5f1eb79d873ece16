package dev.carillon.runtime.errors;

/// One reason to refuse, stable over releases; every service lists its own in an `XError` enum.
public interface Reason {
  /// The name on the wire, in `UPPER_SNAKE_CASE`, unique within the product.
  String name();

  /// What the caller can do about it.
  Kind kind();
}
