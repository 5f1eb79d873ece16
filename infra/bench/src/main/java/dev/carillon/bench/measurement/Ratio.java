package dev.carillon.bench.measurement;

import dev.carillon.report.Numbers;
import java.util.List;

/// How one side compares with another over several pairs of runs: absolute times hold on no shared
/// machine, the ratio of two runs that lie side by side does.
///
/// @param pairs how many pairs there were; 0: the rest is 0
public record Ratio(int pairs, double median, double min, double max) {
  /// The ratio of each pair, `ours / theirs`, summed up.
  public static Ratio of(List<Double> ratios) {
    double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return new Ratio(0, 0, 0, 0);
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Ratio(sorted.length, median, sorted[0], sorted[sorted.length - 1]);
  }

  /// For people, such as `0.12 (0.11 to 0.14, 3 pairs)`.
  @Override
  public String toString() {
    return pairs == 0
        ? "-"
        : "%s (%s to %s, %d %s)"
            .formatted(
                Numbers.text(median),
                Numbers.text(min),
                Numbers.text(max),
                pairs,
                pairs == 1 ? "pair" : "pairs");
  }
}
