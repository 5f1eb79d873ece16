package dev.carillon.runtime.errors;

/// What a caller can do about a refusal; the wire maps each kind to one status code.
public enum Kind {
  /// The request itself is wrong; the same request will always be refused.
  INVALID,
  /// The caller is not signed in, or its credential is not valid.
  UNAUTHENTICATED,
  /// The signed-in caller may not do this.
  FORBIDDEN,
  /// What the request names does not exist, or not for this caller.
  NOT_FOUND,
  /// Something else exists under this name already.
  CONFLICT,
  /// The state does not allow it now; looking again and deciding anew may help.
  PRECONDITION,
  /// A limit is reached; the same request may pass later.
  EXHAUSTED,
  /// Something is away; the same request may pass later, here or elsewhere.
  UNAVAILABLE,
  /// A bug or a broken promise on our side; details stay in the log.
  INTERNAL;

  /// Whether the same request may succeed later, unchanged.
  public boolean retryable() {
    return this == EXHAUSTED || this == UNAVAILABLE;
  }
}
