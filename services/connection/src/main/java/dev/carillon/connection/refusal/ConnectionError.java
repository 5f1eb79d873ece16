package dev.carillon.connection.refusal;

import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Reason;
import dev.carillon.type.v1.Refusal;

/// Every reason for which a gateway refuses a request or ends a connection.
public enum ConnectionError implements Reason {
  /// A frame cannot be read, or may not come now.
  PROTOCOL_ERROR(Kind.INVALID),
  /// The client speaks another version of the protocol.
  VERSION_UNSUPPORTED(Kind.INVALID),
  /// The token is malformed, signed with an unknown key, or issued for another audience.
  TOKEN_INVALID(Kind.UNAUTHENTICATED),
  /// The token has expired.
  TOKEN_EXPIRED(Kind.UNAUTHENTICATED),
  /// The resume ticket is not one of this installation, has expired, or belongs to another device;
  /// the device needs a token.
  TICKET_INVALID(Kind.UNAUTHENTICATED),
  /// No Hello came in time.
  HELLO_TIMEOUT(Kind.UNAVAILABLE),
  /// No Heartbeat came in time.
  HEARTBEAT_TIMEOUT(Kind.UNAVAILABLE),
  /// Deliveries were redelivered as often as is allowed and never acknowledged.
  NOT_ACKNOWLEDGING(Kind.UNAVAILABLE),
  /// The device has connected again, here or elsewhere.
  SESSION_REPLACED(Kind.PRECONDITION),
  /// An operator or another service has ended the session.
  SESSION_ENDED(Kind.FORBIDDEN),
  /// A frame is larger than Welcome.limits allows.
  FRAME_TOO_LARGE(Kind.INVALID),
  /// This process is at one of its limits.
  OVERLOADED(Kind.EXHAUSTED),
  /// This process is draining.
  DRAINING(Kind.UNAVAILABLE),
  /// The connection has too many unanswered requests.
  TOO_MANY_REQUESTS(Kind.EXHAUSTED),
  /// No answer came in time; the outcome is not known.
  TIMEOUT(Kind.UNAVAILABLE),
  /// A field breaks a rule of the contract.
  REQUEST_INVALID(Kind.INVALID),
  /// The message's body is larger than this installation allows.
  BODY_TOO_LARGE(Kind.INVALID),
  /// The batch comes from a former owner of the slot.
  STALE_EPOCH(Kind.PRECONDITION),
  /// Presence could not be asked where the user is connected.
  PRESENCE_UNAVAILABLE(Kind.UNAVAILABLE),
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

  /// A refusal for this reason, in the form in which refusals travel inside streams.
  ///
  /// @param message the value and what was expected, never message content
  public Refusal refusal(String message) {
    return Refusal.newBuilder()
        .setReason(name())
        .setMessage(message)
        .setRetryable(kind.retryable())
        .build();
  }

  /// What a draining gateway answers its devices.
  public static Refusal draining() {
    return DRAINING.refusal("this gateway is going away");
  }
}
