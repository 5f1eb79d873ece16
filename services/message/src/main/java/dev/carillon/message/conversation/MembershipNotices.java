package dev.carillon.message.conversation;

import java.util.List;

/// Puts membership changes into words: the bodies of the notices that the service itself writes.
@FunctionalInterface
public interface MembershipNotices {
  /// The body of a notice that names those who came and those who went.
  MessageBody body(List<String> added, List<String> removed);
}
