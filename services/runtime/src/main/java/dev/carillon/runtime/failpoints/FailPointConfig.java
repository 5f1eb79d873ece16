package dev.carillon.runtime.failpoints;

import dev.carillon.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/// Whether fail-points may be switched on, and which are from the start.
///
/// @param allowed whether the admin port lets them be switched, and the rest may not be empty
/// @param armed what is switched on from the start, see [SwitchedFailPoints#arm]
public record FailPointConfig(boolean allowed, List<String> armed) {
  private static final String ALLOW = "CARILLON_ALLOW_FAIL_POINTS";
  private static final String POINTS = "CARILLON_FAIL_POINTS";

  /// Refuses what no fail-point is, and fail-points that are not allowed.
  public FailPointConfig {
    armed = List.copyOf(armed);
    armed.forEach(Arming::parse);
    if (!allowed && !armed.isEmpty()) {
      throw new IllegalArgumentException(
          "fail-points: " + armed + " (expected: none, not allowed)");
    }
  }

  /// Reads `CARILLON_ALLOW_FAIL_POINTS` (false) and `CARILLON_FAIL_POINTS` (none), a list such as
  /// `message.append.after-commit=crash@3,sequence.block.before-commit=pause:5s@1/50`. Points of
  /// other services are ignored by a service, so that all can be given the same list.
  public static FailPointConfig read(Settings settings) {
    boolean allowed = settings.bool(ALLOW, false);
    List<String> armed = new ArrayList<>();
    for (String each : settings.list(POINTS, List.of())) {
      try {
        Arming.parse(each);
        armed.add(each);
      } catch (IllegalArgumentException e) {
        settings.problem(POINTS + ": " + e.getMessage());
      }
    }
    if (!allowed && !armed.isEmpty()) {
      settings.problem(
          POINTS + ": set (expected: " + ALLOW + "=true beside it, which belongs to tests only)");
      return none();
    }
    return new FailPointConfig(allowed, armed);
  }

  /// Nothing goes wrong on purpose, and nothing can be made to.
  public static FailPointConfig none() {
    return new FailPointConfig(false, List.of());
  }
}
