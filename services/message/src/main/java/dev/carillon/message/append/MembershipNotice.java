package dev.carillon.message.append;

import dev.carillon.message.conversation.GroupContent;
import java.util.List;

/// What a membership notice says.
///
/// @param added who became a member
/// @param removed who is a member no longer
/// @param request a digest of what was asked for, see [GroupContent]; 0 when a group is opened
record MembershipNotice(List<String> added, List<String> removed, long request) {
  /// How many users one notice names at most.
  static final int MAX_NAMES = 500;

  /// Copies the users.
  MembershipNotice {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }
}
