package dev.carillon.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A logarithmic axis that spans some values.
///
/// @param least its smallest value, more than 0
/// @param greatest its greatest value, more than `least`
/// @param from where the smallest one lies
/// @param to where the greatest one lies
record Axis(double least, double greatest, double from, double to) {
  private static final double[] STEPS = {1, 2, 5};
  private static final double[] DECADES = {1};
  private static final double MANY_DECADES = 3;
  private static final double ROOM = 1.3;

  /// An axis with a little room at both ends.
  static Axis over(double[] values, double from, double to) {
    double least = Arrays.stream(values).min().orElse(1);
    double greatest = Arrays.stream(values).max().orElse(1);
    return new Axis(least / ROOM, greatest * ROOM, from, to);
  }

  /// Where a value lies.
  double at(double value) {
    double share = Math.log(value / least) / Math.log(greatest / least);
    return from + share * (to - from);
  }

  /// Round values to mark; over many decades the powers of ten alone.
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    double[] steps = Math.log10(greatest / least) > MANY_DECADES ? DECADES : STEPS;
    for (int exponent = -3; exponent < 9; exponent++) {
      for (double step : steps) {
        double tick = step * Math.pow(10, exponent);
        if (tick >= least && tick <= greatest) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
