package dev.carillon.engines;

import org.jspecify.annotations.Nullable;

/// An engine or child process that could not be found, started or stopped; the message names the
/// remedy or quotes the last output.
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
