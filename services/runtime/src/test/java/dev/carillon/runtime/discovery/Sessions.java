package dev.carillon.runtime.discovery;

/// What tests do to sessions that production never does.
public final class Sessions {
  private Sessions() {}

  /// Stops keeping the lease alive without giving it back, as a killed process would.
  public static void abandon(Membership membership) {
    ((LeaseKeeper) membership).abandon();
  }
}
