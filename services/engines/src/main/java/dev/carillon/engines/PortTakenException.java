package dev.carillon.engines;

/// The server ended at start because another process has its port.
final class PortTakenException extends EngineException {
  private static final long serialVersionUID = 1L;

  PortTakenException(String message) {
    super(message);
  }
}
