package dev.carillon.failpoints;

import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/// Whether fail-points may be switched on, and which are from the start.
///
/// @param points all that exist
/// @param allowed whether the admin port lets them be switched, and the rest may not be empty
/// @param armed what is switched on from the start, see [SwitchedFailPoints#arm]
record FailPointConfig(List<FailPoint> points, boolean allowed, List<String> armed) {
  private static final String ALLOW = "CARILLON_ALLOW_FAIL_POINTS";
  private static final String POINTS = "CARILLON_FAIL_POINTS";

  FailPointConfig {
    points = List.copyOf(points);
    armed = List.copyOf(armed);
  }

  /// Reads `CARILLON_ALLOW_FAIL_POINTS` (false) and `CARILLON_FAIL_POINTS` (none), a list such as
  /// `message.append.after-commit=crash@3,sequence.block.before-commit=pause:5s@1/50`. Points of
  /// other services on the class path are ignored by a service, so that all can be given the same
  /// list.
  static FailPointConfig read(Settings settings, List<FailPoint> points) {
    boolean allowed = settings.bool(ALLOW, false);
    List<String> armed = new ArrayList<>();
    for (String each : settings.list(POINTS, List.of())) {
      try {
        Arming.parse(each, points);
        armed.add(each);
      } catch (IllegalArgumentException e) {
        settings.problem(POINTS + ": " + e.getMessage());
      }
    }
    if (!allowed && !armed.isEmpty()) {
      settings.problem(
          POINTS + ": set (expected: " + ALLOW + "=true beside it, which belongs to tests only)");
      return new FailPointConfig(points, false, List.of());
    }
    return new FailPointConfig(points, allowed, armed);
  }
}
