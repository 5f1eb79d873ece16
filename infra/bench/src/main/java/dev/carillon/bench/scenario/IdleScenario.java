package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.Memory;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.report.Report;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The scenario `idle`: what a signed-in device that says nothing but heartbeats costs.
final class IdleScenario {
  /// Classes loaded and pools filled by a few connections are not what each one costs.
  private static final int FIRST_DEVICES = 100;

  private final Plans plans;
  private final Report report;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private final Table table =
      new Table(
          "side",
          "process",
          "heap KiB each",
          "anonymous KiB each",
          "anonymous MiB",
          "kernel KiB each, both ends",
          "kernel MiB",
          "CPU % of a core",
          "load");

  IdleScenario(Plans plans, Report report) {
    this.plans = plans;
    this.report = report;
  }

  /// Measures the sides and reports.
  void run(List<MeasuredSystem> sides) throws InterruptedException {
    for (MeasuredSystem side : sides) {
      side.gather(FIRST_DEVICES, MeasuredSystem.Shape.IDLE).close();
    }
    for (int round = 1; round <= plans.rounds(); round++) {
      for (MeasuredSystem side : sides) {
        measure(side, round);
      }
    }
    report.table("idle: " + plans.users() + " devices", table);
  }

  private void measure(MeasuredSystem side, int round) throws InterruptedException {
    pause();
    Map<String, Memory> before = memory(side);
    try (MeasuredSystem.Idlers idlers = side.idle(plans.users())) {
      report.step(
          "%s: %d devices signed in, %s/s"
              .formatted(side.name(), plans.users(), Numbers.text(idlers.perSecond())));
      Wait.pause(plans.warmUp());
      CpuWatch watch = CpuWatch.begin(files, side.processes());
      Wait.pause(plans.duration());
      CpuUse cpu = watch.end();
      memory(side)
          .forEach((group, after) ->
              row(
                  side,
                  round,
                  group,
                  new MemoryChange(before.getOrDefault(group, after), after),
                  cpu));
      String losses = idlers.devices().losses();
      report.say(
          "%s, held for %d s: %s"
              .formatted(
                  side.name(),
                  plans.duration().toSeconds(),
                  losses.isEmpty() ? "no connection ended by itself" : losses));
    }
  }

  /// For what is done a little later, such as announcing who has come or gone.
  private static void pause() {
    Wait.pause(Plans.LEAD_IN);
  }

  private Map<String, Memory> memory(MeasuredSystem side) throws InterruptedException {
    Map<String, Memory> memory = new LinkedHashMap<>();
    for (Map.Entry<String, List<Long>> group : side.processes().entrySet()) {
      memory.put(group.getKey(), Memory.of(files, group.getValue(), side.isJava(group.getKey())));
    }
    return memory;
  }

  private record MemoryChange(Memory before, Memory after) {
    Optional<Long> heap() {
      return after.heap().flatMap(now -> before.heap().map(then -> now - then));
    }
  }

  private void row(MeasuredSystem side, int round, String group, MemoryChange change, CpuUse cpu) {
    double anonymous = change.after().anonymous() - change.before().anonymous();
    // The kernel counts for the whole machine, so it is told once.
    boolean first = side.processes().keySet().iterator().next().equals(group);
    double slab = change.after().slab() - change.before().slab();
    double share = cpu.groups().getOrDefault(group, 0.0) / cpu.seconds();
    double each = 1.0 / plans.users();
    table.row(
        List.of(
            side.name(),
            group,
            change.heap().map(heap -> Numbers.kibibytes(heap * each)).orElse("-"),
            Numbers.kibibytes(anonymous * each),
            Numbers.mebibytes(anonymous),
            first ? Numbers.kibibytes(slab * each) : "-",
            first ? Numbers.mebibytes(slab) : "-",
            Numbers.text(100 * share),
            Numbers.text(files.load())));
    JsonObject json = new JsonObject();
    json.addProperty("scenario", "idle");
    json.addProperty("round", round);
    json.addProperty("side", side.name());
    json.addProperty("process", group);
    json.addProperty("users", plans.users());
    change.heap().ifPresent(heap -> json.addProperty("heap_bytes_each", heap * each));
    json.addProperty("anonymous_bytes_each", anonymous * each);
    json.addProperty("slab_bytes_each", slab * each);
    json.addProperty("cpu_share", share);
    report.result(json);
  }
}
