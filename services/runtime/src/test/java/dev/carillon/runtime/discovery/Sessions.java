package dev.carillon.runtime.discovery;

import java.time.Duration;

/// What tests do to sessions that production never does.
public final class Sessions {
  private Sessions() {}

  /// A session of a process that never gets a lease, for it has no thread.
  public static Membership outsider() {
    return new Membership(new ScriptedLeases(), Duration.ofDays(1), System::nanoTime);
  }

  /// Stops keeping the lease alive without giving it back, as a killed process would.
  public static void abandon(Membership membership) {
    membership.abandon();
  }
}
