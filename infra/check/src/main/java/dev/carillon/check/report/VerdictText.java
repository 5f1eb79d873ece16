package dev.carillon.check.report;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.carillon.check.property.Violation;
import dev.carillon.check.report.Timeline.Latencies;
import dev.carillon.check.report.Verdict.Judgement;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A verdict for people.
public final class VerdictText {
  private static final int VIOLATIONS = 5;

  private VerdictText() {}

  /// Some lines, without a newline at the end.
  public static String of(Verdict verdict) {
    return counts(verdict)
        + faults(verdict)
        + "\n"
        + verdict.judgements().stream().map(VerdictText::judgement).collect(joining())
        + "\n"
        + verdict.conclusion();
  }

  private static String counts(Verdict verdict) {
    Counts counts = verdict.counts();
    String messages =
        "%,d sent in %,d attempts: %,d acknowledged, %,d refused, %,d unknown"
            .formatted(
                counts.sent(),
                counts.attempts(),
                counts.acknowledged(),
                counts.refused(),
                counts.unknown());
    String devices =
        "%,d, handed %,d messages; %,d sign-ins, %,d disconnects, %,d reads of history"
            .formatted(
                counts.devices(),
                counts.handed(),
                counts.connects(),
                counts.disconnects(),
                counts.reads());
    String held = "%,d more were due and held back by the clients".formatted(verdict.held());
    return line("messages", messages)
        + (verdict.held() > 0 ? line("", held) : "")
        + line("devices", devices)
        + line("by WebSocket", part(counts.webSocket()))
        + line("by gRPC", part(counts.grpc()))
        + line("acknowledged", latencies(verdict.timeline().acknowledged()))
        + line("delivered", latencies(verdict.timeline().delivered()));
  }

  private static String part(Counts.Part part) {
    return "%,d devices, %,d sign-ins, %,d acknowledgements"
        .formatted(part.devices(), part.connects(), part.acknowledged());
  }

  private static String latencies(Latencies of) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms (%,d, from the moment due)",
        of.p50(),
        of.p99(),
        of.p999(),
        of.max(),
        of.count());
  }

  private static String faults(Verdict verdict) {
    List<Recovery> all = verdict.recoveries();
    Map<String, Long> kinds =
        all.stream()
            .map(recovery -> recovery.fault().kind().option())
            .collect(groupingBy(kind -> kind, TreeMap::new, counting()));
    String list =
        kinds.entrySet().stream()
            .map(kind -> kind.getValue() + " " + kind.getKey())
            .collect(joining(", "));
    return line("faults", all.isEmpty() ? "none" : all.size() + ": " + list)
        + all.stream()
            .max(Comparator.comparingDouble(Recovery::silence))
            .map(worst -> line("", worst(worst)))
            .orElse("");
  }

  private static String worst(Recovery worst) {
    return "longest silence %.1f s, at %s of %s"
        .formatted(worst.silence(), worst.fault().kind().option(), worst.fault().target());
  }

  private static String judgement(Judgement judgement) {
    String result = judgement.kept() ? "OK" : "BROKEN";
    String name = judgement.property().name();
    int more = judgement.violations().size() - VIOLATIONS;
    return "  %-8s %-31s %s%n".formatted(result, name, judgement.property().promise())
        + judgement.violations().stream()
            .limit(VIOLATIONS)
            .map(VerdictText::violation)
            .collect(joining())
        + (more > 0 ? "           - %d more in the report%n".formatted(more) : "");
  }

  private static String violation(Violation violation) {
    return violation.events().stream()
        .map(event -> "               " + event.text() + "\n")
        .collect(joining("", "           - " + violation.what() + "\n", ""));
  }

  private static String line(String name, String what) {
    return "  %-14s %s%n".formatted(name, what);
  }
}
