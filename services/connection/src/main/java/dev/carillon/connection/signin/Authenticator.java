package dev.carillon.connection.signin;

import dev.carillon.connection.backend.Answer;

/// Verifies tokens: whom does a token identify?
public interface Authenticator {
  /// Verifies a signed JWT. Refused with `TOKEN_INVALID`, `TOKEN_EXPIRED`, or `OVERLOADED` when too
  /// many tokens wait already. Never blocks; the answer comes on a thread of the authenticator.
  void verify(String token, Answer<Identity> answer);
}
