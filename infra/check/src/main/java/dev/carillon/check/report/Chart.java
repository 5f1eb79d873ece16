package dev.carillon.check.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// One panel of the timeline as SVG: lines over the seconds of the run, faults as bands behind
/// them.
///
/// @param title what is drawn, with its unit
/// @param lines one or more
/// @param logarithmic whether each step up is ten times as much
record Chart(String title, List<Line> lines, boolean logarithmic) {
  private static final int LEFT = 60;
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 110;
  private static final int TOP = 22;
  private static final double LOG_FLOOR = 1;

  /// A line.
  ///
  /// @param style its CSS class
  /// @param values one for each second; NaN: nothing to draw
  record Line(String name, String style, List<Double> values) {
    /// Copies the values.
    Line {
      values = List.copyOf(values);
    }
  }

  /// A band behind the lines.
  ///
  /// @param label told when the pointer rests on it
  record Band(double from, double to, String label) {}

  /// Copies the lines.
  Chart {
    lines = List.copyOf(lines);
  }

  /// The panel as an SVG element.
  String svg(List<Band> bands) {
    double seconds = Math.max(1, lines.getFirst().values().size());
    double top = top();
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg viewBox="0 0 %d %d" role="img" aria-label="%s">
        <text class="title" x="%d" y="14">%s</text>
        """
            .formatted(
                LEFT + WIDTH + 20, TOP + HEIGHT + 20, Html.text(title), LEFT, Html.text(title)));
    bands.forEach(band -> svg.append(band(band, seconds)));
    svg.append(axes(seconds, top));
    lines.forEach(line -> svg.append(line(line, seconds, top)));
    legend(svg);
    return svg.append("</svg>\n").toString();
  }

  private double top() {
    double most =
        lines.stream()
            .flatMap(line -> line.values().stream())
            .mapToDouble(Double::doubleValue)
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(1);
    return logarithmic
        ? Math.pow(10, Math.ceil(Math.log10(Math.max(most, 10 * LOG_FLOOR))))
        : Math.max(1, most * 1.1);
  }

  private String band(Band band, double seconds) {
    double from = Math.max(0, band.from());
    return """
    <rect class="fault" x="%s" y="%d" width="%s" height="%d"><title>%s</title></rect>
    """
        .formatted(
            number(x(from, seconds)),
            TOP,
            number(Math.max(2, x(band.to(), seconds) - x(from, seconds))),
            HEIGHT,
            Html.text(band.label()));
  }

  private String axes(double seconds, double top) {
    StringBuilder axes = new StringBuilder();
    axes.append(
        "<path class=\"axis\" d=\"M%d %d V%d H%d\"/>%n"
            .formatted(LEFT, TOP, TOP + HEIGHT, LEFT + WIDTH));
    for (int i = 0; i <= 4; i++) {
      double second = seconds * i / 4;
      axes.append(
          "<text class=\"tick\" text-anchor=\"middle\" x=\"%s\" y=\"%d\">%s s</text>%n"
              .formatted(
                  number(x(second, seconds)),
                  TOP + HEIGHT + 14,
                  String.format(Locale.ROOT, "%.0f", second)));
    }
    for (double value : new double[] {top, middle(top)}) {
      axes.append(
          "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%s\">%s</text>%n"
              .formatted(
                  LEFT - 6, number(y(value, top) + 4), String.format(Locale.ROOT, "%,.0f", value)));
    }
    return axes.toString();
  }

  private double middle(double top) {
    return logarithmic ? Math.pow(10, Math.floor(Math.log10(top) / 2)) : top / 2;
  }

  private String line(Line line, double seconds, double top) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < line.values().size(); i++) {
      double value = line.values().get(i);
      if (Double.isNaN(value)) {
        pen = false;
        continue;
      }
      path.append(pen ? 'L' : 'M')
          .append(number(x(i + 0.5, seconds)))
          .append(' ')
          .append(number(y(value, top)));
      pen = true;
    }
    return "<path class=\"line %s\" d=\"%s\"/>%n".formatted(line.style(), path);
  }

  private void legend(StringBuilder svg) {
    IntStream.range(0, lines.size())
        .forEach(i ->
            svg.append(
                "<text class=\"legend %s\" x=\"%d\" y=\"14\">%s</text>%n"
                    .formatted(
                        lines.get(i).style(),
                        LEFT + WIDTH - 90 * (lines.size() - i),
                        Html.text(lines.get(i).name()))));
  }

  private static double x(double second, double seconds) {
    return LEFT + Math.min(second, seconds) / seconds * WIDTH;
  }

  private double y(double value, double top) {
    double part =
        logarithmic ? Math.log10(Math.max(value, LOG_FLOOR)) / Math.log10(top) : value / top;
    return TOP + HEIGHT * (1 - part);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
