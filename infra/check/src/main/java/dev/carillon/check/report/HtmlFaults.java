package dev.carillon.check.report;

import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.fault.FaultKind;
import dev.carillon.check.report.TimelineRows.Bar;
import dev.carillon.check.report.TimelineRows.TimelineRow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The part of the page about the faults: when there were which, and how the installation came
/// back.
final class HtmlFaults {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final List<Recovery> recoveries;

  HtmlFaults(List<Recovery> recoveries) {
    this.recoveries = recoveries;
  }

  /// The faults as bands behind the lines.
  List<Chart.Band> bands() {
    return recoveries.stream()
        .map(recovery ->
            new Chart.Band(
                recovery.beganAt() / NANOS, recovery.endedAt() / NANOS, label(recovery.fault())))
        .toList();
  }

  /// A row for each kind that struck.
  List<TimelineRow> rows() {
    Map<FaultKind, List<Bar>> kinds = new EnumMap<>(FaultKind.class);
    for (int i = 0; i < recoveries.size(); i++) {
      Recovery recovery = recoveries.get(i);
      Bar bar =
          new Bar(
              recovery.beganAt() / NANOS,
              recovery.endedAt() / NANOS,
              label(recovery.fault()),
              "fault-" + (i + 1));
      kinds.computeIfAbsent(recovery.fault().kind(), kind -> new ArrayList<>()).add(bar);
    }
    return kinds.entrySet().stream()
        .map(kind -> new TimelineRow(kind.getKey().option(), "bar", kind.getValue()))
        .toList();
  }

  private static String label(FaultEvent fault) {
    return fault.kind().option() + " of " + fault.target() + ": " + fault.detail();
  }

  /// A row for each fault.
  String table() {
    if (recoveries.isEmpty()) {
      return "<p>None.</p>";
    }
    StringBuilder html =
        new StringBuilder(
            """
            <div class="scroll"><table class="wide">
            <tr><th class="n">from</th><th>what</th><th>whom</th><th>how</th><th class="n">lasted</th>
            <th class="n">silence</th><th class="n">as usual after</th></tr>
            """);
    for (int i = 0; i < recoveries.size(); i++) {
      html.append(row(i + 1, recoveries.get(i)));
    }
    return html.append(
            """
            </table></div>
            <p class="note">Silence is the longest time without any acknowledgement that touches the fault. As usual is the
            first second after the healing whose p99 is at most twice the median p99 of seconds without a fault,
            plus 50 ms.</p>
            """)
        .toString();
  }

  private static String row(int number, Recovery recovery) {
    return """
    <tr id="fault-%d"><td class="n">%s</td><td class="s">%s</td><td class="s">%s</td><td>%s</td>
    <td class="n">%s</td><td class="n">%s</td><td class="n">%s</td></tr>
    """
        .formatted(
            number,
            seconds(recovery.beganAt() / NANOS),
            recovery.fault().kind().option(),
            Html.text(recovery.fault().target()),
            Html.text(recovery.fault().detail()),
            seconds((recovery.endedAt() - recovery.beganAt()) / NANOS),
            seconds(recovery.silence()),
            recovery.back().isPresent()
                ? seconds(recovery.back().getAsDouble())
                : "not in this run");
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.1f s", value);
  }
}
