package dev.carillon.check.workload;

import java.util.Set;

/// A conversation of the load, whose members never change.
///
/// @param id its id in hex
/// @param direct whether it is between two people
/// @param members all of them
record Conversation(String id, boolean direct, Set<String> members) {
  /// Copies the members.
  Conversation {
    members = Set.copyOf(members);
  }

  /// The other person of a direct conversation.
  String peerOf(String user) {
    return members.stream()
        .filter(member -> !member.equals(user))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a conversation with oneself: " + id));
  }
}
