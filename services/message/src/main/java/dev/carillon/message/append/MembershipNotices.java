package dev.carillon.message.append;

import dev.carillon.message.conversation.MessageBody;

/// Puts membership changes into words and understands them: the bodies of the notices that the
/// service itself writes.
public interface MembershipNotices {
  /// The body that says this.
  MessageBody write(MembershipNotice notice);

  /// What a body of kind `MEMBERSHIP` says.
  ///
  /// @throws IllegalStateException when it is not readable: the database is damaged
  MembershipNotice read(MessageBody body);
}
