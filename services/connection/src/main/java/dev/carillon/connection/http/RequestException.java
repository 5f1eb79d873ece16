package dev.carillon.connection.http;

/// Says what is wrong with a request: the value and what was expected.
final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RequestException(String message) {
    super(message);
  }
}
