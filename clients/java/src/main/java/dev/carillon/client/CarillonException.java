package dev.carillon.client;

/// A request that did not succeed, with the reason to act on.
public final class CarillonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The possible reaction of the application.
  public enum Kind {
    /// The server refused the request: change it, or give up.
    REFUSED,
    /// The server refused the credential: get a new token.
    SIGN_IN_REFUSED,
    /// No server answered before the deadline. For a send the outcome is unknown: send again with
    /// the same id.
    UNREACHABLE,
    /// The client was closed, by the application or because the server ended the session for good.
    CLOSED,
    /// More requests are pending than the client holds.
    TOO_MANY_PENDING
  }

  private final Kind kind;
  private final String reason;

  CarillonException(Kind kind, String reason, String message) {
    super(reason + ": " + message);
    this.kind = kind;
    this.reason = reason;
  }

  /// What the application can do about it.
  public Kind kind() {
    return kind;
  }

  /// The server's reason such as `NOT_A_MEMBER`, or the kind's name when no server gave one.
  public String reason() {
    return reason;
  }
}
