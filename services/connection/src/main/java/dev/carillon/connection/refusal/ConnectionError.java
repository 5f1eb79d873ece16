package dev.carillon.connection.refusal;

import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Reason;

/// Every reason for which a gateway refuses a request or ends a connection.
public enum ConnectionError implements Reason {
  /// A frame cannot be read, or may not come now.
  PROTOCOL_ERROR(Kind.INVALID),
  /// The client speaks another version of the protocol.
  VERSION_UNSUPPORTED(Kind.INVALID),
  /// The token is malformed, signed by nobody we know, or for somebody else.
  TOKEN_INVALID(Kind.UNAUTHENTICATED),
  /// The token was good once.
  TOKEN_EXPIRED(Kind.UNAUTHENTICATED),
  /// The resume ticket is not ours, has ended, or belongs to another device; a token is needed.
  TICKET_INVALID(Kind.UNAUTHENTICATED),
  /// No Hello came in time.
  HELLO_TIMEOUT(Kind.UNAVAILABLE),
  /// No Heartbeat came in time.
  HEARTBEAT_TIMEOUT(Kind.UNAVAILABLE),
  /// Deliveries were sent again and again and never acknowledged.
  NOT_ACKNOWLEDGING(Kind.UNAVAILABLE),
  /// The device has connected again, here or elsewhere.
  SESSION_REPLACED(Kind.PRECONDITION),
  /// Somebody who may do so has ended the session.
  SESSION_ENDED(Kind.FORBIDDEN),
  /// A frame is larger than Welcome.limits allows.
  FRAME_TOO_LARGE(Kind.INVALID),
  /// This process has as much as it can take.
  OVERLOADED(Kind.EXHAUSTED),
  /// This process is on its way out.
  DRAINING(Kind.UNAVAILABLE),
  /// The connection has too many unanswered requests.
  TOO_MANY_REQUESTS(Kind.EXHAUSTED),
  /// No answer came in time; the outcome is not known.
  TIMEOUT(Kind.UNAVAILABLE),
  /// A field breaks a rule of the contract.
  REQUEST_INVALID(Kind.INVALID),
  /// The message's body is larger than this installation allows.
  BODY_TOO_LARGE(Kind.INVALID),
  /// The message's body is missing or of a kind that clients may not send.
  BODY_INVALID(Kind.INVALID),
  /// The batch comes from a former owner.
  STALE_EPOCH(Kind.PRECONDITION),
  /// Nobody could tell where the user is.
  PRESENCE_UNAVAILABLE(Kind.UNAVAILABLE),
  /// The service asked is away.
  PEER_UNAVAILABLE(Kind.UNAVAILABLE),
  /// A bug on our side; details are in the log.
  UNEXPECTED(Kind.INTERNAL);

  private final Kind kind;

  ConnectionError(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
