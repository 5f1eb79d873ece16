package dev.carillon.presence;

/// Says that the directory's copy cannot be reached just now.
final class CopyUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CopyUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
