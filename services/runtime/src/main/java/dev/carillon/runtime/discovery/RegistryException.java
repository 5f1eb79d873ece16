package dev.carillon.runtime.discovery;

import java.io.Serial;

/// A call to the registry that failed; whether it took effect is unknown, and it may be repeated.
public final class RegistryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }

  RegistryException(String message) {
    super(message);
  }
}
