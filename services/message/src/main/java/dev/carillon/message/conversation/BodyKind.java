package dev.carillon.message.conversation;

/// What kind of content a message carries.
public enum BodyKind {
  /// Plain text.
  TEXT(1, true),
  /// Opaque bytes with a media type.
  BINARY(2, true),
  /// An application's own structure.
  CUSTOM(3, true),
  /// A reference to an object in the media service.
  MEDIA(4, true),
  /// Replaces the body of an earlier message.
  EDIT(5, false),
  /// Withdraws an earlier message.
  RECALL(6, false),
  /// Adds or takes back a reaction.
  REACTION(7, false),
  /// Says that the membership changed.
  MEMBERSHIP(8, false);

  private static final BodyKind[] BY_CODE = values();

  private final int code;
  private final boolean countable;

  BodyKind(int code, boolean countable) {
    this.code = code;
    this.countable = countable;
  }

  /// The kind with this number, see [#code].
  public static BodyKind ofCode(int code) {
    if (code < 1 || code > BY_CODE.length) {
      throw new IllegalArgumentException(
          "kind: " + code + " (expected: 1 to " + BY_CODE.length + ")");
    }
    return BY_CODE[code - 1];
  }

  /// Its number in the database, from 1 in the order of declaration: never changes.
  public int code() {
    return code;
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
