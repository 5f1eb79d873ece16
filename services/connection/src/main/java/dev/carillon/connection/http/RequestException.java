package dev.carillon.connection.http;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.runtime.errors.Refusal;
import java.util.Set;

/// Says what is wrong with a request: the value and what was expected.
final class RequestException extends Refusal {
  private static final long serialVersionUID = 1L;

  RequestException(String message) {
    super(ConnectionError.REQUEST_INVALID, message);
  }

  /// A name that is none of those that a request may have.
  static RequestException unknown(String name, Set<String> known) {
    return new RequestException(
        name + ": unknown (expected: " + String.join(", ", known.stream().sorted().toList()) + ")");
  }
}
