package dev.carillon.check.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// One panel of the timeline as SVG: lines over the seconds of the run, faults as bands behind
/// them.
///
/// @param title what is drawn
/// @param unit what follows its numbers
/// @param lines one or more
/// @param logarithmic whether each step up is ten times as much
record Chart(String title, String unit, List<Line> lines, boolean logarithmic) {
  private static final int HEIGHT = 110;
  private static final int TOP = 24;
  private static final int LEGEND = 110;
  private static final int MOST_STEPS = 4;

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
  /// @param label shown when the pointer rests on it
  record Band(double from, double to, String label) {}

  /// Copies the lines.
  Chart {
    lines = List.copyOf(lines);
  }

  /// The panel as an SVG element.
  String svg(TimeAxis axis, List<Band> bands) {
    double[] ticks = ticks();
    double top = ticks[ticks.length - 1];
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg viewBox="0 0 %d %d" role="img" aria-label="%s">
        <text class="title" x="%d" y="15">%s</text>
        """
            .formatted(
                TimeAxis.PANEL,
                TOP + HEIGHT + TimeAxis.BELOW,
                Html.text(title),
                TimeAxis.LEFT,
                Html.text(title)));
    bands.forEach(band -> svg.append(band(band, axis)));
    svg.append(axis.behind(TOP, TOP + HEIGHT));
    for (double tick : ticks) {
      svg.append(tick(tick, top));
    }
    lines.forEach(line -> svg.append(line(line, axis, top)));
    legend(svg);
    return svg.append("</svg>\n").toString();
  }

  /// The numbers of the vertical axis, from the bottom to the top.
  private double[] ticks() {
    double most =
        lines.stream()
            .flatMap(line -> line.values().stream())
            .mapToDouble(Double::doubleValue)
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(1);
    if (logarithmic) {
      int decades = (int) Math.max(1, Math.ceil(Math.log10(Math.max(1, most))));
      return IntStream.rangeClosed(0, decades).mapToDouble(power -> Math.pow(10, power)).toArray();
    }
    double step = step(Math.max(1, most));
    return IntStream.rangeClosed(0, (int) Math.ceil(Math.max(1, most) / step))
        .mapToDouble(count -> count * step)
        .toArray();
  }

  /// The smallest of 1, 2, 5, 10, 20, … that reaches the top in few steps.
  private static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(most / MOST_STEPS)));
    return Math.max(
        1,
        DoubleStream.of(1, 2, 5, 10)
            .map(digit -> digit * power)
            .filter(step -> most / step <= MOST_STEPS)
            .min()
            .orElse(most));
  }

  private static String band(Band band, TimeAxis axis) {
    double from = axis.x(band.from());
    return """
    <rect class="fault" x="%s" y="%d" width="%s" height="%d"><title>%s</title></rect>
    """
        .formatted(
            TimeAxis.number(from),
            TOP,
            TimeAxis.number(Math.max(2, axis.x(band.to()) - from)),
            HEIGHT,
            Html.text(band.label()));
  }

  private String tick(double value, double top) {
    double y = y(value, top);
    return """
    <path class="grid" d="M%d %s h%d"/><text class="tick" text-anchor="end" x="%d" y="%s">%s%s</text>
    """
        .formatted(
            TimeAxis.LEFT,
            TimeAxis.number(y),
            TimeAxis.WIDTH,
            TimeAxis.LEFT - 8,
            TimeAxis.number(y + 4),
            String.format(Locale.ROOT, "%,.0f", value),
            Html.text(unit));
  }

  private String line(Line line, TimeAxis axis, double top) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < line.values().size(); i++) {
      double value = line.values().get(i);
      if (Double.isNaN(value)) {
        pen = false;
        continue;
      }
      path.append(pen ? 'L' : 'M')
          .append(TimeAxis.number(axis.x(i + 0.5)))
          .append(' ')
          .append(TimeAxis.number(y(value, top)))
          // A second that stands alone shows as a dot.
          .append(pen ? "" : "h0");
      pen = true;
    }
    return "<path class=\"line %s\" d=\"%s\"/>%n".formatted(line.style(), path);
  }

  private void legend(StringBuilder svg) {
    IntStream.range(0, lines.size())
        .forEach(i ->
            svg.append(
                "<text class=\"legend %s\" text-anchor=\"end\" x=\"%d\" y=\"15\">%s</text>%n"
                    .formatted(
                        lines.get(i).style(),
                        TimeAxis.LEFT + TimeAxis.WIDTH - LEGEND * (lines.size() - 1 - i),
                        Html.text(lines.get(i).name()))));
  }

  private double y(double value, double top) {
    double part = logarithmic ? Math.log10(Math.max(value, 1)) / Math.log10(top) : value / top;
    return TOP + HEIGHT * (1 - part);
  }
}
