package dev.carillon.message.conversation;

import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Reason;

/// Every reason of its own for which the message service refuses.
public enum MessageError implements Reason {
  /// There is no such conversation, or a direct one whose id does not derive from the pair named.
  CONVERSATION_UNKNOWN(Kind.NOT_FOUND),
  /// The user is no member of the conversation.
  NOT_A_MEMBER(Kind.FORBIDDEN),
  /// Only the owner of the group may do this.
  NOT_THE_OWNER(Kind.FORBIDDEN),
  /// The conversation is a direct one; its two members are for ever.
  NOT_A_GROUP(Kind.PRECONDITION),
  /// The sender used this client message id for another body.
  CLIENT_ID_REUSED(Kind.CONFLICT),
  /// The body is larger than the installation allows.
  BODY_TOO_LARGE(Kind.INVALID),
  /// The body is of a kind that may not be sent, or not inside an edit.
  BODY_INVALID(Kind.INVALID),
  /// The message referred to does not exist, or not for this user.
  TARGET_UNKNOWN(Kind.NOT_FOUND),
  /// The message referred to may not be edited, recalled or reacted to by this user.
  TARGET_NOT_ALLOWED(Kind.FORBIDDEN),
  /// Another conversation has the id.
  CONVERSATION_EXISTS(Kind.CONFLICT),
  /// The group would become larger than the installation allows.
  TOO_MANY_MEMBERS(Kind.INVALID),
  /// The page token was not given by this service to this device, or is of another installation.
  PAGE_TOKEN_INVALID(Kind.INVALID),
  /// No numbers could be had from the sequence service in time.
  SEQUENCE_UNAVAILABLE(Kind.UNAVAILABLE);

  private final Kind kind;

  MessageError(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
