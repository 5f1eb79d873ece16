package dev.carillon.runtime.errors;

/// The reasons that any service may give because every service has a server, a database and limits.
public enum RuntimeReason implements Reason {
  /// A field breaks a rule of the contract; metadata: `field` and `rule`.
  REQUEST_INVALID(Kind.INVALID),
  /// More calls are in flight than this server allows itself.
  OVERLOADED(Kind.EXHAUSTED),
  /// The server is draining; another instance answers.
  SHUTTING_DOWN(Kind.UNAVAILABLE),
  /// The peer could not be reached, or was lost in the middle: the outcome is not known.
  PEER_UNAVAILABLE(Kind.UNAVAILABLE),
  /// The answer did not come in time: the outcome is not known.
  DEADLINE_EXCEEDED(Kind.UNAVAILABLE),
  /// The caller, or a caller of the caller, gave up.
  CANCELLED(Kind.UNAVAILABLE),
  /// The database cannot be reached, or gave up in the middle.
  DATABASE_UNAVAILABLE(Kind.UNAVAILABLE),
  /// Transactions kept colliding until patience ended.
  DATABASE_CONTENDED(Kind.UNAVAILABLE),
  /// The database refused a statement of ours.
  DATABASE_FAULT(Kind.INTERNAL),
  /// Redis is away; callers degrade.
  REDIS_UNAVAILABLE(Kind.UNAVAILABLE),
  /// Redis refused a command of ours.
  REDIS_FAULT(Kind.INTERNAL),
  /// An unexpected error.
  UNEXPECTED(Kind.INTERNAL);

  private final Kind kind;

  RuntimeReason(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
