package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.load.Percentiles;
import dev.carillon.bench.load.Run;
import dev.carillon.bench.load.RunResult;
import dev.carillon.bench.load.Violation;
import dev.carillon.report.Numbers;
import dev.carillon.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Runs as lines, rows and JSON.
final class Runs {
  private static final List<String> LATENCY_COLUMNS =
      List.of(
          "side",
          "per s",
          "stored p50",
          "p99",
          "delivered p50",
          "p99",
          "p99.9",
          "max",
          "last p99",
          "late p99.9",
          "generator",
          "load",
          "verdict");

  private Runs() {}

  /// One line that tells how a run went.
  static String line(Run run, Run.Limits limits) {
    RunResult outcome = run.outcome();
    return "%s %s/s: %s; stored p50 %s p99 %s; delivered p50 %s p99 %s p99.9 %s ms; %s us/message; load %s"
        .formatted(
            run.side(),
            Numbers.text(run.rate()),
            verdict(run, limits),
            Numbers.text(outcome.stored().p50()),
            Numbers.text(outcome.stored().p99()),
            Numbers.text(outcome.delivered().p50()),
            Numbers.text(outcome.delivered().p99()),
            Numbers.text(outcome.delivered().p999()),
            Numbers.text(run.microsOfAMessage()),
            Numbers.text(run.machine().load()));
  }

  /// Whether a run counts: `ok`, or why not.
  static String verdict(Run run, Run.Limits limits) {
    RunResult outcome = run.outcome();
    List<String> remarks = new ArrayList<>();
    if (!outcome.violations().isEmpty()) {
      remarks.add("FAIL: " + violations(outcome));
    }
    if (!run.losses().isEmpty()) {
      remarks.add(run.losses());
    }
    if (outcome.pulled() > 0) {
      remarks.add(outcome.pulled() + " had to be asked for");
    }
    if (!run.settled()) {
      remarks.add("not everything arrived within a minute, " + outcome.unanswered() + " open");
    }
    outcome.refusals().forEach((reason, count) -> remarks.add(count + " refused: " + reason));
    String worthless = run.voidBecause(limits);
    if (!worthless.isEmpty()) {
      remarks.add("VOID: " + worthless);
    }
    return remarks.isEmpty() ? "ok" : String.join(", ", remarks);
  }

  private static String violations(RunResult outcome) {
    return outcome.violations().stream()
        .map(v -> v.count() + " " + v.kind() + " (" + v.what() + ")")
        .collect(Collectors.joining(", "));
  }

  /// What each message cost and how long it took, one row a run.
  static Table latencies(List<Run> runs, Run.Limits limits) {
    Table table = new Table(LATENCY_COLUMNS);
    for (Run run : runs) {
      RunResult outcome = run.outcome();
      table.row(
          List.of(
              run.side(),
              Numbers.text(run.rate()),
              time(outcome.stored().p50(), outcome.stored()),
              time(outcome.stored().p99(), outcome.stored()),
              time(outcome.delivered().p50(), outcome.delivered()),
              time(outcome.delivered().p99(), outcome.delivered()),
              time(outcome.delivered().p999(), outcome.delivered()),
              time(outcome.delivered().max(), outcome.delivered()),
              time(outcome.lastRecipient().p99(), outcome.lastRecipient()),
              Numbers.text(run.lateness().p999()),
              "%.0f%%".formatted(100 * run.cpu().generatorShare()),
              Numbers.text(run.machine().load()),
              verdict(run, limits)));
    }
    return table;
  }

  private static String time(double millis, Percentiles of) {
    return of.count() == 0 ? "-" : Numbers.text(millis);
  }

  /// Where the CPU went, in microseconds a message, one row a run.
  static Table cpu(List<Run> runs) {
    Set<String> groups = groups(runs);
    List<String> header = new ArrayList<>(List.of("side", "per s", "all", "per delivery"));
    header.addAll(groups);
    header.add("others on the machine");
    Table table = new Table(header);
    for (Run run : runs) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  run.side(),
                  Numbers.text(run.rate()),
                  Numbers.text(run.microsOfAMessage()),
                  Numbers.text(run.microsOfADelivery())));
      for (String group : groups) {
        boolean has = run.cpu().groups().containsKey(group);
        cells.add(has ? Numbers.text(run.microsOfAMessage(group)) : "-");
      }
      cells.add("%.0f%%".formatted(100 * run.cpu().foreign() / run.cpu().seconds()));
      table.row(cells);
    }
    return table;
  }

  /// What each delivery cost, in microseconds, and when the last receiver had it, in milliseconds,
  /// one row a run.
  static Table deliveries(List<Run> runs) {
    Set<String> groups = groups(runs);
    List<String> header =
        new ArrayList<>(
            List.of("side", "per s", "deliveries per s", "last p50", "last p99", "CPU of all"));
    header.addAll(groups);
    Table table = new Table(header);
    for (Run run : runs) {
      RunResult outcome = run.outcome();
      List<String> cells =
          new ArrayList<>(
              List.of(
                  run.side(),
                  Numbers.text(run.rate()),
                  Numbers.text(outcome.deliveries() / run.cpu().seconds()),
                  time(outcome.lastRecipient().p50(), outcome.lastRecipient()),
                  time(outcome.lastRecipient().p99(), outcome.lastRecipient()),
                  Numbers.text(run.microsOfADelivery())));
      for (String group : groups) {
        boolean has = run.cpu().groups().containsKey(group);
        cells.add(has ? Numbers.text(run.microsOfADelivery(group)) : "-");
      }
      table.row(cells);
    }
    return table;
  }

  private static Set<String> groups(List<Run> runs) {
    Set<String> groups = new LinkedHashSet<>();
    runs.forEach(run -> groups.addAll(run.cpu().groups().keySet()));
    return groups;
  }

  /// A run for programs.
  static JsonObject json(String scenario, int round, Run run, Run.Limits limits) {
    JsonObject json = new JsonObject();
    json.addProperty("scenario", scenario);
    json.addProperty("round", round);
    json.addProperty("side", run.side());
    json.addProperty("rate", run.rate());
    json.addProperty("verdict", verdict(run, limits));
    json.addProperty("clean", run.outcome().isClean() && run.settled());
    json.addProperty("void", !run.voidBecause(limits).isEmpty());
    json.addProperty("messages", run.outcome().messages());
    json.addProperty("deliveries", run.outcome().deliveries());
    json.addProperty(
        "violations", run.outcome().violations().stream().mapToLong(Violation::count).sum());
    json.add("stored_ms", json(run.outcome().stored()));
    json.add("delivered_ms", json(run.outcome().delivered()));
    json.add("last_recipient_ms", json(run.outcome().lastRecipient()));
    json.add("generator_late_ms", json(run.lateness()));
    json.addProperty("generator_share", run.cpu().generatorShare());
    json.addProperty("cpu_us_per_message", run.microsOfAMessage());
    json.addProperty("cpu_us_per_delivery", run.microsOfADelivery());
    JsonObject groups = new JsonObject();
    for (Map.Entry<String, Double> group : run.cpu().groups().entrySet()) {
      groups.addProperty(group.getKey(), run.microsOfAMessage(group.getKey()));
    }
    json.add("cpu_us_per_message_of", groups);
    json.addProperty("foreign_cores", run.cpu().foreign() / run.cpu().seconds());
    json.addProperty("load", run.machine().load());
    json.addProperty("cpu_pressure", run.machine().pressure());
    return json;
  }

  private static JsonObject json(Percentiles times) {
    JsonObject json = new JsonObject();
    json.addProperty("count", times.count());
    json.addProperty("p50", times.p50());
    json.addProperty("p90", times.p90());
    json.addProperty("p99", times.p99());
    json.addProperty("p999", times.p999());
    json.addProperty("max", times.max());
    return json;
  }
}
