package dev.carillon.message.conversation;

/// The database could not do what was asked: it is away, or it refused. Nothing is known to be
/// changed; the call may be repeated.
public final class StoreException extends RuntimeException {
  /// Says what was attempted, and why it failed.
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
