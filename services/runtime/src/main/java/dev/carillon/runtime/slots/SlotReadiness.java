package dev.carillon.runtime.slots;

import dev.carillon.runtime.lifecycle.Health;

/// Reports in an instance's health how much of its share it has claimed.
///
/// An instance is not ready before it had its whole share once, and whenever it has no lease. Later
/// a share that grows, because another instance died, only degrades it: what it has, it serves.
final class SlotReadiness {
  private static final String REASON = "slots";

  private final Health health;
  private boolean completeOnce;

  SlotReadiness(Health health) {
    this.health = health;
  }

  void starting() {
    health.notReady(REASON, "slots are being claimed");
  }

  void report(int claimed, int expected, boolean leased) {
    if (claimed == expected && leased) {
      completeOnce = true;
      health.ready(REASON);
      return;
    }
    String text = "slots claimed: " + claimed + " (expected: " + expected + ")";
    if (completeOnce && leased) {
      health.degraded(REASON, text);
    } else {
      health.notReady(REASON, text);
    }
  }
}
