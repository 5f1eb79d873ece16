package dev.carillon.check.report;

import dev.carillon.check.history.Event;
import dev.carillon.check.property.Violation;
import dev.carillon.check.report.Verdict.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The part of the page about the promises: which were kept, and where the others were broken.
final class HtmlPromises {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  /// More than these of one promise are folded.
  private static final int OPEN = 20;

  private final List<Judgement> judgements;

  HtmlPromises(List<Judgement> judgements) {
    this.judgements = judgements;
  }

  /// A violation with its place in the page.
  ///
  /// @param anchor its id
  /// @param promise the index of its judgement
  record Placed(String anchor, int promise, Violation violation) {
    /// When it was complete, in seconds of the run; empty when no event shows it.
    OptionalDouble at() {
      return violation.events().stream().mapToDouble(event -> event.at() / NANOS).max();
    }
  }

  /// All violations in the order of the page.
  List<Placed> violations() {
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < judgements.size(); i++) {
      for (Violation violation : judgements.get(i).violations()) {
        placed.add(new Placed("violation-" + (placed.size() + 1), i, violation));
      }
    }
    return placed;
  }

  /// The broken promises as links to where they were broken; empty when there is none.
  String links() {
    return IntStream.range(0, judgements.size())
        .filter(i -> !judgements.get(i).kept())
        .mapToObj(i ->
            "<a href=\"#promise-%d\">%s</a>"
                .formatted(i + 1, Html.text(judgements.get(i).property().name())))
        .collect(Collectors.joining(", "));
  }

  /// A row for each promise.
  String table() {
    return IntStream.range(0, judgements.size())
        .mapToObj(i ->
            "<tr%s><td class=\"s\">%s</td><td>%s</td><td>%s</td></tr>%n"
                .formatted(
                    judgements.get(i).kept() ? "" : " class=\"broken\"",
                    result(i),
                    Html.text(judgements.get(i).property().name()),
                    Html.text(judgements.get(i).property().promise())))
        .collect(
            Collectors.joining(
                "",
                "<table class=\"promises\"><tr><th></th><th>promise</th><th>what it"
                    + " says</th></tr>\n",
                "</table>"));
  }

  private String result(int i) {
    Judgement judgement = judgements.get(i);
    return judgement.kept()
        ? "kept"
        : "<a href=\"#promise-%d\">broken: %,d</a>".formatted(i + 1, judgement.violations().size());
  }

  /// Every violation below its promise; empty when there is none.
  String places() {
    List<Placed> all = violations();
    if (all.isEmpty()) {
      return "";
    }
    return all.stream()
        .collect(Collectors.groupingBy(Placed::promise, TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(promise -> places(promise.getKey(), promise.getValue()))
        .collect(Collectors.joining("", "<h2>Where they were broken</h2>\n", ""));
  }

  private String places(int promise, List<Placed> placed) {
    return "<h3 id=\"promise-%d\">%s</h3><p>%s</p>%n%s"
        .formatted(
            promise + 1,
            Html.text(judgements.get(promise).property().name()),
            Html.text(judgements.get(promise).property().promise()),
            list(placed));
  }

  private static String list(List<Placed> placed) {
    int open = Math.min(OPEN, placed.size());
    String first = listed(placed.subList(0, open));
    return open == placed.size()
        ? first
        : first
            + "<details><summary>%,d more</summary>%s</details>%n"
                .formatted(placed.size() - open, listed(placed.subList(open, placed.size())));
  }

  private static String listed(List<Placed> placed) {
    return placed.stream().map(HtmlPromises::place).collect(Collectors.joining());
  }

  private static String place(Placed placed) {
    return "<div class=\"violation\" id=\"%s\"><p>%s</p><pre>%s</pre></div>%n"
        .formatted(
            placed.anchor(),
            Html.text(placed.violation().what()),
            Html.text(
                placed.violation().events().stream()
                    .map(Event::toString)
                    .collect(Collectors.joining("\n"))));
  }
}
