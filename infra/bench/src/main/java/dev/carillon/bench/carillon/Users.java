package dev.carillon.bench.carillon;

import dev.carillon.cli.LocalTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The people of the bench, by number.
final class Users {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);

  private Users() {}

  /// What one is called.
  static String name(int number) {
    return "bench-" + number;
  }

  /// What the first ones are called.
  static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(name(i));
    }
    return names;
  }

  /// A device for each target, with a token for its user.
  ///
  /// @param tokenKeys the file with the key that signs tokens
  /// @param first the first device's user
  static List<Device> devices(Path tokenKeys, int first, List<Target> targets, Fleet fleet) {
    LocalTokens tokens = new LocalTokens(tokenKeys, InstantSource.system());
    ServerFrames frames = new ServerFrames();
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      String token = tokens.sign(name(first + i), TOKEN_LIFETIME);
      devices.add(new Device(i, targets.get(i), token, frames, fleet));
    }
    return devices;
  }
}
