package dev.carillon.check.report;

import dev.carillon.check.report.Verdict.Judgement;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A verdict for people.
public final class VerdictText {
  private static final int VIOLATIONS = 5;

  private VerdictText() {}

  /// Some lines, without a newline at the end.
  public static String of(Verdict verdict) {
    StringBuilder text = new StringBuilder();
    counts(verdict, text);
    faults(verdict, text);
    text.append('\n');
    verdict.judgements().forEach(judgement -> judgement(judgement, text));
    text.append('\n').append(conclusion(verdict));
    return text.toString();
  }

  /// The verdict in a sentence.
  static String conclusion(Verdict verdict) {
    long broken = verdict.judgements().stream().filter(judgement -> !judgement.kept()).count();
    return broken == 0
        ? "The contract was kept: all %d promises.".formatted(verdict.judgements().size())
        : "THE CONTRACT WAS BROKEN: %d of %d promises."
            .formatted(broken, verdict.judgements().size());
  }

  private static void counts(Verdict verdict, StringBuilder text) {
    Counts counts = verdict.counts();
    line(
        text,
        "messages",
        "%,d sent in %,d attempts: %,d acknowledged, %,d refused, %,d unknown"
            .formatted(
                counts.sent(),
                counts.attempts(),
                counts.acknowledged(),
                counts.refused(),
                counts.unknown()));
    if (verdict.held() > 0) {
      line(text, "", "%,d more were due and held back by the clients".formatted(verdict.held()));
    }
    line(
        text,
        "devices",
        "%,d, handed %,d messages; %,d sign-ins, %,d disconnects, %,d reads of history"
            .formatted(
                counts.devices(),
                counts.handed(),
                counts.connects(),
                counts.disconnects(),
                counts.reads()));
    line(text, "by WebSocket", part(counts.webSocket()));
    line(text, "by gRPC", part(counts.grpc()));
    line(text, "acknowledged", latencies(verdict.timeline().acknowledged()));
    line(text, "delivered", latencies(verdict.timeline().delivered()));
  }

  private static String part(Counts.Part part) {
    return "%,d devices, %,d sign-ins, %,d acknowledgements"
        .formatted(part.devices(), part.connects(), part.acknowledged());
  }

  private static void faults(Verdict verdict, StringBuilder text) {
    Map<String, Long> kinds =
        verdict.recoveries().stream()
            .collect(
                Collectors.groupingBy(
                    recovery -> recovery.fault().kind().option(),
                    TreeMap::new,
                    Collectors.counting()));
    line(
        text,
        "faults",
        kinds.isEmpty()
            ? "none"
            : verdict.recoveries().size()
                + ": "
                + kinds.entrySet().stream()
                    .map(kind -> kind.getValue() + " " + kind.getKey())
                    .collect(Collectors.joining(", ")));
    verdict.recoveries().stream()
        .max(Comparator.comparingDouble(Recovery::silence))
        .ifPresent(worst ->
            line(
                text,
                "",
                "longest silence %.1f s, at %s of %s"
                    .formatted(
                        worst.silence(), worst.fault().kind().option(), worst.fault().target())));
  }

  private static void judgement(Judgement judgement, StringBuilder text) {
    text.append(
        "  %-8s %-31s %s%n"
            .formatted(
                judgement.kept() ? "OK" : "BROKEN",
                judgement.property().name(),
                judgement.property().promise()));
    judgement.violations().stream()
        .limit(VIOLATIONS)
        .forEach(violation -> {
          text.append("           - ").append(violation.what()).append('\n');
          violation
              .events()
              .forEach(event -> text.append("               ").append(event).append('\n'));
        });
    if (judgement.violations().size() > VIOLATIONS) {
      text.append(
          "           - %d more in the report%n"
              .formatted(judgement.violations().size() - VIOLATIONS));
    }
  }

  private static String latencies(Latencies latencies) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms (%,d, from the moment due)",
        latencies.p50(),
        latencies.p99(),
        latencies.p999(),
        latencies.max(),
        latencies.count());
  }

  private static void line(StringBuilder text, String name, String what) {
    text.append("  %-14s %s%n".formatted(name, what));
  }
}
