package dev.carillon.presence;

import java.util.Set;
import java.util.function.Consumer;

/// Finds the gateways that have vanished from the registry since the last call.
final class LostGateways {
  private final Consumer<String> onLost;
  private Set<String> known = Set.of();

  LostGateways(Consumer<String> onLost) {
    this.onLost = onLost;
  }

  /// These gateways are registered now.
  synchronized void now(Set<String> live) {
    known.stream().filter(id -> !live.contains(id)).forEach(onLost);
    known = live;
  }
}
