package dev.carillon.check.history;

import java.util.Set;

/// How a conversation was created.
///
/// @param founders its first members; those of a direct conversation stay for ever
/// @param wholeHistory whether members who join later may read everything, or only messages from
///   then on
public record GroupSettings(Set<String> founders, boolean wholeHistory) {
  /// Copies the founders.
  public GroupSettings {
    founders = Set.copyOf(founders);
  }
}
