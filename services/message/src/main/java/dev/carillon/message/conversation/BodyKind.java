package dev.carillon.message.conversation;

/// What kind of content a message carries.
public enum BodyKind {
  /// Plain text.
  TEXT(true),
  /// Opaque bytes with a media type.
  BINARY(true),
  /// An application's own structure.
  CUSTOM(true),
  /// A reference to an object in the media service.
  MEDIA(true),
  /// Replaces the body of an earlier message.
  EDIT(false),
  /// Withdraws an earlier message.
  RECALL(false),
  /// Adds or takes back a reaction.
  REACTION(false),
  /// Says that the membership changed.
  MEMBERSHIP(false);

  private final boolean countable;

  BodyKind(boolean countable) {
    this.countable = countable;
  }

  /// Whether it counts as a message of its own: for unread counters, and as the target of an edit,
  /// recall or reaction.
  public boolean countable() {
    return countable;
  }

  /// Whether it refers to an earlier message.
  public boolean refersToTarget() {
    return this == EDIT || this == RECALL || this == REACTION;
  }
}
