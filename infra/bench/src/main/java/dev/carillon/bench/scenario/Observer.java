package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.machine.Memory;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.machine.Profile;
import dev.carillon.bench.report.Report;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Looks at sides while they work: profiles their JVMs if that is wanted, and measures the memory
/// of all processes while everybody is still signed in.
final class Observer implements RateSteps.Watcher {
  private final String scenario;
  private final boolean profile;
  private final Report report;
  private final ProcFiles files = ProcFiles.ofThisMachine();
  private final Table memory =
      new Table("side", "process", "heap after collection, MiB", "anonymous, MiB");
  private final Map<String, Profile> running = new LinkedHashMap<>();

  Observer(String scenario, boolean profile, Report report) {
    this.scenario = scenario;
    this.profile = profile;
    this.report = report;
  }

  @Override
  public void begin(MeasuredSystem side) throws InterruptedException {
    if (!profile) {
      return;
    }
    for (Map.Entry<String, List<Long>> group : side.processes().entrySet()) {
      if (side.isJava(group.getKey())) {
        String name = scenario + "-" + group.getKey();
        running.put(
            name,
            Profile.start(group.getValue().getFirst(), report.folder().resolve(name + ".jfr")));
      }
    }
  }

  @Override
  public void end(MeasuredSystem side) throws InterruptedException {
    for (Map.Entry<String, Profile> recording : running.entrySet()) {
      String summary = recording.getValue().stop();
      report.file(recording.getKey() + ".txt", summary);
      report.say("Profile of " + recording.getKey() + ":\n" + summary.strip());
    }
    running.clear();
    for (Map.Entry<String, List<Long>> group : side.processes().entrySet()) {
      Memory used = Memory.of(files, group.getValue(), side.isJava(group.getKey()));
      memory.row(
          List.of(
              side.name(),
              group.getKey(),
              used.heap().map(heap -> Numbers.mebibytes((double) heap)).orElse("-"),
              Numbers.mebibytes((double) used.anonymous())));
      report.result(json(side, group.getKey(), used));
    }
  }

  private JsonObject json(MeasuredSystem side, String group, Memory used) {
    JsonObject json = new JsonObject();
    json.addProperty("scenario", scenario);
    json.addProperty("side", side.name());
    json.addProperty("process", group);
    used.heap().ifPresent(heap -> json.addProperty("heap_bytes", heap));
    json.addProperty("anonymous_bytes", used.anonymous());
    return json;
  }

  /// The memory of every process, at the end of each side's steps.
  Table memory() {
    return memory;
  }
}
