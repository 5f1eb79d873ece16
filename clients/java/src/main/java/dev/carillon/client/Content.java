package dev.carillon.client;

import java.util.List;

/// The content of a message.
public sealed interface Content {
  /// Plain text, 1 to 65,536 bytes of UTF-8; the installation may allow less.
  ///
  /// @param text what is said
  record Text(String text) implements Content {}

  /// Opaque bytes with a media type, 1 to 65,536 of them; the installation may allow less.
  ///
  /// @param mediaType an RFC 6838 media type such as `audio/ogg`
  /// @param data the bytes; neither copied nor changed
  @SuppressWarnings("ArrayRecordComponent") // Bytes are handed through; nobody compares contents.
  record Binary(String mediaType, byte[] data) implements Content {}

  /// An application's own structure.
  ///
  /// @param type the application's name for it, 1 to 64 bytes
  /// @param data its bytes, 0 to 65,536; neither copied nor changed
  @SuppressWarnings("ArrayRecordComponent") // Bytes are handed through; nobody compares contents.
  record Custom(String type, byte[] data) implements Content {}

  /// A reference to an object in the media service.
  ///
  /// @param mediaId the object's id, 1 to 128 bytes
  /// @param mediaType an RFC 6838 media type
  /// @param size the object's size in bytes; 0 when not known
  /// @param caption 0 to 1,024 bytes of UTF-8
  record Media(String mediaId, String mediaType, long size, String caption) implements Content {}

  /// New content for an earlier message of the same sender.
  ///
  /// @param targetSeq the earlier message's seq
  /// @param content text, binary, custom or media
  record Edit(long targetSeq, Content content) implements Content {}

  /// Withdraws an earlier message: of the sender's own, or any when the sender owns the group.
  ///
  /// @param targetSeq the earlier message's seq
  record Recall(long targetSeq) implements Content {}

  /// A reaction to an earlier message.
  ///
  /// @param targetSeq the earlier message's seq
  /// @param reaction what is shown, 1 to 32 bytes, an emoji as a rule
  /// @param removed whether the reaction is taken back
  record Reaction(long targetSeq, String reaction, boolean removed) implements Content {}

  /// A notice that the membership of a group changed. Received only.
  ///
  /// @param added who became a member with this message
  /// @param removed who is no member any more
  record Membership(List<String> added, List<String> removed) implements Content {
    /// Copies the lists.
    public Membership {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }

  /// The placeholder of a recalled message. Received only.
  ///
  /// @param recallSeq the seq of the recall
  record Recalled(long recallSeq) implements Content {}

  /// A kind of content that this release of the SDK does not know. Received only.
  record Unknown() implements Content {}

  /// Plain text.
  static Content text(String text) {
    return new Text(text);
  }
}
