package dev.carillon.check.report;

import java.util.Arrays;
import java.util.Locale;

/// The seconds of a run from left to right, the same in every panel of the timeline.
///
/// @param seconds how long the run took, above 0
/// @param loadEnd the second in which the load was over
record TimeAxis(double seconds, double loadEnd) {
  /// What is left of it, for names and numbers, in units of the panel.
  static final int LEFT = 110;

  /// How long it is.
  static final int WIDTH = 950;

  /// How wide a panel is.
  static final int PANEL = LEFT + WIDTH + 20;

  /// What its numbers need below a panel.
  static final int BELOW = 20;

  private static final int MOST_TICKS = 12;
  private static final int[] STEPS = {
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 21_600, 86_400
  };

  /// Where a second is.
  double x(double second) {
    return LEFT + Math.clamp(second, 0, seconds) / seconds * WIDTH;
  }

  /// Lines and numbers behind a panel, and where the load was over.
  String behind(int top, int bottom) {
    StringBuilder svg = new StringBuilder();
    int step = step();
    for (int second = 0; second <= seconds; second += step) {
      svg.append(
          """
          <path class="grid" d="M%s %d V%d"/><text class="tick" text-anchor="middle" x="%s" y="%d">%d s</text>
          """
              .formatted(number(x(second)), top, bottom, number(x(second)), bottom + 15, second));
    }
    if (loadEnd < seconds) {
      svg.append(
          "<path class=\"over\" d=\"M%s %d V%d\"/>%n".formatted(number(x(loadEnd)), top, bottom));
    }
    return svg.toString();
  }

  /// Round, and so long that numbers have room.
  private int step() {
    return Arrays.stream(STEPS)
        .filter(step -> seconds / step <= MOST_TICKS)
        .findFirst()
        .orElse((int) Math.ceil(seconds / MOST_TICKS));
  }

  /// A place in a panel as SVG writes it.
  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
