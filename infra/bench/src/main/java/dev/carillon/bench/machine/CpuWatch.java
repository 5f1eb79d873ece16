package dev.carillon.bench.machine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Counts the CPU that groups of processes use between two moments.
public final class CpuWatch {
  private final ProcFiles files;
  private final Map<String, List<Long>> groups;
  private final Map<String, Double> before;
  private final double machineBefore;
  private final double selfBefore;
  private final long begin;

  private CpuWatch(ProcFiles files, Map<String, List<Long>> groups) {
    this.files = files;
    this.groups = groups;
    this.before = read(files, groups);
    this.machineBefore = files.machineCpuSeconds();
    this.selfBefore = self(files);
    this.begin = System.nanoTime();
  }

  /// Begins to count.
  ///
  /// @param groups process ids by the name under which their CPU is told
  public static CpuWatch begin(ProcFiles files, Map<String, List<Long>> groups) {
    return new CpuWatch(files, groups);
  }

  /// What was used since the beginning.
  public CpuUse end() {
    Map<String, Double> used = read(files, groups);
    used.replaceAll((group, now) -> now - before.getOrDefault(group, now));
    double self = self(files) - selfBefore;
    double seconds = (System.nanoTime() - begin) / 1e9;
    double known = self + used.values().stream().mapToDouble(Double::doubleValue).sum();
    double foreign = Math.max(0, files.machineCpuSeconds() - machineBefore - known);
    return new CpuUse(seconds, used, self, foreign);
  }

  private static double self(ProcFiles files) {
    return files.cpuSeconds(ProcessHandle.current().pid());
  }

  private static Map<String, Double> read(ProcFiles files, Map<String, List<Long>> groups) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    groups.forEach(
        (group, pids) -> seconds.put(group, pids.stream().mapToDouble(files::cpuSeconds).sum()));
    return seconds;
  }
}
