package dev.carillon.bench.measurement;

import dev.carillon.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Values of several pairs, in rows and columns.
final class Summary {
  /// What says nothing when divided.
  private static final Set<String> INCOMPARABLE =
      Set.of("late p99.9 ms", "load", "generator % of a core", "others % of a core");

  private final List<String> header;
  private final Set<String> columns = new LinkedHashSet<>();
  private final Map<List<String>, Map<String, List<Double>>> rows = new LinkedHashMap<>();

  /// @param header the names of what names a row
  Summary(String... header) {
    this.header = List.of(header);
  }

  /// One system beside another: the ratio of what lies side by side in one pair, by load and by the
  /// name of the value. Measurements that are void or incomplete are left out, and their partners.
  static Summary ratios(String ours, String theirs, List<Measurement> all) {
    Summary ratios = new Summary("load");
    List<Measurement> valid =
        all.stream().filter(one -> !one.isVoid() && one.isComplete()).toList();
    for (Measurement our : valid) {
      for (Measurement their : valid) {
        boolean beside = our.pair == their.pair && our.load().equals(their.load());
        if (beside && our.isOf(ours) && their.isOf(theirs)) {
          ratios.divide(our, their);
        }
      }
    }
    return ratios;
  }

  private void divide(Measurement our, Measurement their) {
    Map<String, Double> divisors = their.values();
    our.values()
        .forEach((name, value) -> {
          double divisor = divisors.getOrDefault(name, 0.0);
          if (divisor > 0 && !INCOMPARABLE.contains(name)) {
            add(List.of(our.load()), name, value / divisor);
          }
        });
  }

  /// Adds the value of one pair.
  void add(List<String> row, String column, double value) {
    columns.add(column);
    rows.computeIfAbsent(row, none -> new LinkedHashMap<>())
        .computeIfAbsent(column, none -> new ArrayList<>())
        .add(value);
  }

  /// The values of all pairs.
  Ratio at(List<String> row, String column) {
    return Ratio.of(rows.getOrDefault(row, Map.of()).getOrDefault(column, List.of()));
  }

  /// All of it.
  ///
  /// @param text of what is there
  Table table(Function<Ratio, String> text) {
    List<String> names = new ArrayList<>(header);
    names.addAll(columns);
    Table table = new Table(names);
    for (List<String> row : rows.keySet()) {
      List<String> cells = new ArrayList<>(row);
      for (String column : columns) {
        Ratio ratio = at(row, column);
        cells.add(ratio.pairs() == 0 ? "-" : text.apply(ratio));
      }
      table.row(cells);
    }
    return table;
  }
}
