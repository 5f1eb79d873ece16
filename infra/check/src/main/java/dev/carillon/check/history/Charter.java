package dev.carillon.check.history;

import java.util.Set;

/// What a conversation was founded as.
///
/// @param founders its first members; those of a direct conversation stay for ever
/// @param wholeHistory whether members who join later may read everything, or only what is said
///   from then on
public record Charter(Set<String> founders, boolean wholeHistory) {
  /// Copies the founders.
  public Charter {
    founders = Set.copyOf(founders);
  }
}
