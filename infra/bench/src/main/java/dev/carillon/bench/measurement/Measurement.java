package dev.carillon.bench.measurement;

import dev.carillon.bench.load.Latencies.Percentiles;
import dev.carillon.bench.load.OpenLoop;
import dev.carillon.bench.load.Pacer;
import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.report.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// One system under one load. It is filled where it is measured, and read once it is in the
/// results; its fields are its JSON.
public final class Measurement {
  private static final double MICROS = 1e6;

  final String scenario;
  final String system;
  final int pair;
  private String part = "";
  private double rate;
  private final Map<String, Percentiles> times = new LinkedHashMap<>();
  private final Map<String, Double> figures = new LinkedHashMap<>();
  final Map<String, Double> cpu = new LinkedHashMap<>();
  final Map<String, Double> memory = new LinkedHashMap<>();
  private final List<String> broken = new ArrayList<>();
  private final List<String> incomplete = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<String> worthless = new ArrayList<>();

  /// One that is ok as long as nothing else is said.
  ///
  /// @param scenario what was done
  /// @param system what it was done to
  /// @param pair from 1; measurements of one pair lie side by side
  public Measurement(String scenario, String system, int pair) {
    this.scenario = scenario;
    this.system = system;
    this.pair = pair;
  }

  /// Names the part of the scenario, such as `killed`.
  public Measurement part(String name) {
    part = name;
    return this;
  }

  /// What was due per second; 0: as much as possible, or nothing.
  public Measurement rate(double perSecond) {
    rate = perSecond;
    return this;
  }

  /// How long something took.
  public Measurement time(String name, Percentiles time) {
    times.put(name, time);
    return this;
  }

  /// A number, by a name that says its unit.
  public Measurement figure(String name, double value) {
    figures.put(name, value);
    return this;
  }

  /// The CPU of each process for each of so many units of work, in microseconds.
  public Measurement cpu(CpuUse use, double units) {
    use.groups().forEach((group, seconds) -> cpu.put(group, seconds * MICROS / Math.max(1, units)));
    figures.put("generator % of a core", 100 * use.generatorShare());
    figures.put("others % of a core", 100 * use.foreign() / use.seconds());
    return this;
  }

  /// Memory, by a name that says the process, the kind and the unit.
  public Measurement memory(String name, double value) {
    memory.put(name, value);
    return this;
  }

  /// A promise was not kept; an empty text says nothing.
  public Measurement broken(String text) {
    return add(broken, text);
  }

  /// Not all that was asked for was done, so its times say too little; an empty text says nothing.
  public Measurement incomplete(String text) {
    return add(incomplete, text);
  }

  /// A reader has to know something; an empty text says nothing.
  public Measurement remark(String text) {
    return add(remarks, text);
  }

  /// It is void: it says nothing about the system; an empty text says nothing.
  public Measurement worthless(String text) {
    return add(worthless, text);
  }

  private Measurement add(List<String> list, String text) {
    if (!text.isEmpty()) {
      list.add(text);
    }
    return this;
  }

  /// All that a run of messages showed.
  ///
  /// @param lateMillis it is void when the generator itself was later (p99.9)
  public Measurement run(OpenLoop.Run run, double lateMillis) {
    RunTracker.Outcome outcome = run.outcome();
    time("stored", outcome.stored());
    time("delivered", outcome.delivered());
    outcome.violations().forEach(violation -> broken(violation.toString()));
    remark(run.losses());
    remark(outcome.pulled() > 0 ? outcome.pulled() + " had to be asked for" : "");
    incomplete(
        outcome.settled()
            ? ""
            : "not everything arrived within a minute, " + outcome.unanswered() + " open");
    outcome.refusals().forEach((reason, count) -> incomplete(count + " refused: " + reason));
    return due(run.pace(), lateMillis);
  }

  /// What was due, and how the generator did.
  ///
  /// @param lateMillis it is void when the generator itself was later (p99.9)
  public Measurement due(Pacer.Pace pace, double lateMillis) {
    rate(pace.rate());
    figure("late p99.9 ms", pace.lateness().p999());
    return worthless(pace.voidBecause(lateMillis));
  }

  /// Whether a system of this name was measured.
  public boolean isOf(String name) {
    return system.equals(name);
  }

  /// What was due per second.
  public double rate() {
    return rate;
  }

  /// Whether every promise was kept; a void measurement is judged as well.
  public boolean isKept() {
    return broken.isEmpty();
  }

  /// Whether all that was asked for was done.
  public boolean isComplete() {
    return incomplete.isEmpty();
  }

  /// Whether it says nothing about the system, because the generator was late.
  public boolean isVoid() {
    return !worthless.isEmpty();
  }

  /// Whether everything went as it should.
  public boolean isClean() {
    return verdict().equals("ok");
  }

  /// Whether it counts: `ok`, or why not.
  public String verdict() {
    List<String> all = new ArrayList<>();
    broken.forEach(text -> all.add("FAIL: " + text));
    all.addAll(incomplete);
    all.addAll(remarks);
    worthless.forEach(text -> all.add("VOID: " + text));
    return all.isEmpty() ? "ok" : String.join(", ", all);
  }

  /// Part and rate, such as `killed, 200/s`; measurements under one load are compared.
  public String load() {
    String due = rate == 0 ? "" : Numbers.text(rate) + "/s";
    return part.isEmpty() || due.isEmpty() ? part + due : part + ", " + due;
  }

  /// What is compared between systems: percentiles, the CPU of all processes, and the figures.
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    times.forEach((name, time) -> {
      if (time.count() > 0) {
        values.put(name + " p50 ms", time.p50());
        values.put(name + " p99 ms", time.p99());
        values.put(name + " p99.9 ms", time.p999());
        values.put(name + " max ms", time.max());
      }
    });
    if (!cpu.isEmpty()) {
      values.put("CPU us each", cpu.values().stream().mapToDouble(each -> each).sum());
    }
    values.putAll(figures);
    return values;
  }

  /// One of the values; 0 when there is none of this name.
  public double value(String name) {
    return values().getOrDefault(name, 0.0);
  }

  /// One line for people.
  @Override
  public String toString() {
    String text =
        values().entrySet().stream()
            .map(value -> value.getKey() + " " + Numbers.text(value.getValue()))
            .collect(Collectors.joining(", "));
    return "%s %s %s: %s; %s".formatted(scenario, system, load(), verdict(), text);
  }
}
