package dev.carillon.check.report;

import java.util.List;

/// The panel of the timeline with one row for each kind of event, and a bar for each time it
/// lasted.
///
/// @param title what is drawn
/// @param rows from top to bottom, 1 or more
record TimelineRows(String title, List<TimelineRow> rows) {
  private static final int TOP = 24;
  private static final int ROW = 18;
  private static final int BAR = 12;

  /// A bar must be seen, and hit with a finger.
  private static final double LEAST = 5;

  /// A row.
  ///
  /// @param style the CSS class of its bars
  record TimelineRow(String name, String style, List<Bar> bars) {
    /// Copies the bars.
    TimelineRow {
      bars = List.copyOf(bars);
    }
  }

  /// An event with a duration.
  ///
  /// @param label shown when the pointer rests on it
  /// @param anchor the id of the element in the page with the details
  record Bar(double from, double to, String label, String anchor) {}

  /// Copies the rows.
  TimelineRows {
    rows = List.copyOf(rows);
  }

  /// The panel as an SVG element.
  String svg(TimeAxis axis) {
    int bottom = TOP + ROW * rows.size();
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg viewBox="0 0 %d %d" role="img" aria-label="%s">
        <text class="title" x="%d" y="15">%s</text>
        """
            .formatted(
                TimeAxis.PANEL,
                bottom + TimeAxis.BELOW,
                Html.text(title),
                TimeAxis.LEFT,
                Html.text(title)));
    svg.append(axis.behind(TOP, bottom));
    for (int row = 0; row < rows.size(); row++) {
      svg.append(row(rows.get(row), TOP + row * ROW, axis));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String row(TimelineRow row, int y, TimeAxis axis) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>%n"
            .formatted(TimeAxis.LEFT - 8, y + ROW - 5, Html.text(row.name())));
    row.bars().forEach(bar -> svg.append(bar(bar, row.style(), y + (ROW - BAR) / 2, axis)));
    return svg.toString();
  }

  private static String bar(Bar bar, String style, int y, TimeAxis axis) {
    double from = axis.x(bar.from());
    return """
    <a href="#%s"><rect class="%s" x="%s" y="%d" width="%s" height="%d"><title>%s</title></rect></a>
    """
        .formatted(
            bar.anchor(),
            style,
            TimeAxis.number(from),
            y,
            TimeAxis.number(Math.max(LEAST, axis.x(bar.to()) - from)),
            BAR,
            Html.text(bar.label()));
  }
}
