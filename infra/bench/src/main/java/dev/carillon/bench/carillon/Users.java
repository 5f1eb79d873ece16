package dev.carillon.bench.carillon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The users of the bench, by number.
final class Users {
  /// How long the tokens of users are valid.
  static final Duration TOKEN_LIFETIME = Duration.ofHours(12);

  private Users() {}

  /// The name of a user.
  static String name(int number) {
    return "bench-" + number;
  }

  /// The names of the first users.
  static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(name(i));
    }
    return names;
  }
}
