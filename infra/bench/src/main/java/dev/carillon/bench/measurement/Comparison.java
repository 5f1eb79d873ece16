package dev.carillon.bench.measurement;

import dev.carillon.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// One system beside another: the ratio of what lies side by side in one pair, over all pairs.
///
/// @param ours the system above the line
/// @param theirs the system below it
/// @param ratios by load, and by the name of the value
public record Comparison(String ours, String theirs, Map<String, Map<String, Ratio>> ratios) {
  /// What says nothing when divided.
  private static final Set<String> INCOMPARABLE =
      Set.of("late p99.9 ms", "load", "generator % of a core", "others % of a core");

  /// Compares what both have measured; void measurements and their partners are left out.
  public static Comparison of(String ours, String theirs, List<Measurement> all) {
    Map<String, Map<Integer, Measurement>> their = byLoad(theirs, all);
    Map<String, Map<String, Ratio>> ratios = new LinkedHashMap<>();
    byLoad(ours, all)
        .forEach((load, pairs) -> {
          Map<String, List<Double>> values = new LinkedHashMap<>();
          pairs.forEach((pair, our) -> {
            Measurement other = their.getOrDefault(load, Map.of()).get(pair);
            if (other != null) {
              divide(our, other, values);
            }
          });
          if (!values.isEmpty()) {
            Map<String, Ratio> summed = new LinkedHashMap<>();
            values.forEach((name, each) -> summed.put(name, Ratio.of(each)));
            ratios.put(load, summed);
          }
        });
    return new Comparison(ours, theirs, ratios);
  }

  private static Map<String, Map<Integer, Measurement>> byLoad(
      String system, List<Measurement> all) {
    Map<String, Map<Integer, Measurement>> loads = new LinkedHashMap<>();
    for (Measurement one : all) {
      if (one.system.equals(system) && !one.isVoid()) {
        loads.computeIfAbsent(one.load(), load -> new TreeMap<>()).put(one.pair, one);
      }
    }
    return loads;
  }

  private static void divide(Measurement our, Measurement other, Map<String, List<Double>> into) {
    Map<String, Double> divisors = other.values();
    our.values()
        .forEach((name, value) -> {
          double divisor = divisors.getOrDefault(name, 0.0);
          if (divisor > 0 && !INCOMPARABLE.contains(name)) {
            into.computeIfAbsent(name, each -> new ArrayList<>()).add(value / divisor);
          }
        });
  }

  /// One row for each load.
  public Table table() {
    List<String> names =
        ratios.values().stream().flatMap(each -> each.keySet().stream()).distinct().toList();
    List<String> header = new ArrayList<>(List.of("load"));
    header.addAll(names);
    Table table = new Table(header);
    ratios.forEach((load, values) -> {
      List<String> row = new ArrayList<>(List.of(load));
      names.forEach(name -> row.add(values.containsKey(name) ? values.get(name).toString() : "-"));
      table.row(row);
    });
    return table;
  }
}
