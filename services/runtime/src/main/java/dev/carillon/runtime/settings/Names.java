package dev.carillon.runtime.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the declared name a misspelt one was probably meant to be.
final class Names {
  private Names() {}

  /// The closest of `known`, or nothing when none is near enough to be a likely slip.
  static Optional<String> nearest(String unknown, Collection<String> known) {
    int limit = Math.max(2, unknown.length() / 5);
    return known.stream()
        .filter(name -> distance(unknown, name) <= limit)
        .min(
            Comparator.comparingInt((String name) -> distance(unknown, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /// The Levenshtein distance, kept in two rows.
  static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int column = 0; column <= right.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      int[] current = new int[right.length() + 1];
      current[0] = row;
      for (int column = 1; column <= right.length(); column++) {
        int change = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
        int replaced = previous[column - 1] + change;
        current[column] = Math.min(replaced, Math.min(previous[column], current[column - 1]) + 1);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
