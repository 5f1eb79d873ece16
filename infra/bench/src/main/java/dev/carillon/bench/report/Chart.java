package dev.carillon.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Lines over a rate, both axes logarithmic, as SVG.
///
/// @param title what the vertical axis shows
/// @param lines one for each side
public record Chart(String title, List<Line> lines) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 300;
  private static final int LEFT = 70;
  private static final int RIGHT = 30;
  private static final int TOP = 50;
  private static final int BOTTOM = 45;
  private static final int HEADING = 36;
  private static final List<String> COLOURS = List.of("#0b6bcb", "#c4501b", "#3b8a3e", "#7a4bb5");
  private static final double LEAST = 0.01;

  public Chart {
    lines = List.copyOf(lines);
  }

  /// The points of one side.
  public static final class Line {
    private final String name;
    private final List<Point> points = new ArrayList<>();

    /// A line without points.
    public Line(String name) {
      this.name = name;
    }

    /// Adds a point.
    ///
    /// @param worthless whether it is drawn hollow
    public void add(double x, double y, boolean worthless) {
      points.add(new Point(Math.max(LEAST, x), Math.max(LEAST, y), worthless));
    }
  }

  private record Point(double x, double y, boolean worthless) {}

  /// Charts one below the other under a heading.
  public static String page(String heading, List<Chart> charts) {
    int height = HEADING + charts.size() * HEIGHT;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                .formatted(WIDTH, height, WIDTH, height)
            + " font-family=\"sans-serif\" font-size=\"13\">\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    svg.append(text(LEFT, 24, "start", "#222", heading, "font-size=\"17\" font-weight=\"bold\""));
    for (int i = 0; i < charts.size(); i++) {
      svg.append("<g transform=\"translate(0,%d)\">\n".formatted(HEADING + i * HEIGHT));
      charts.get(i).draw(svg);
      svg.append("</g>\n");
    }
    return svg.append("</svg>\n").toString();
  }

  private void draw(StringBuilder svg) {
    List<Point> all = lines.stream().flatMap(line -> line.points.stream()).toList();
    if (all.isEmpty()) {
      return;
    }
    Axis x = Axis.over(all.stream().mapToDouble(Point::x).toArray(), LEFT, WIDTH - RIGHT);
    Axis y = Axis.over(all.stream().mapToDouble(Point::y).toArray(), HEIGHT - BOTTOM, TOP);
    svg.append(text(LEFT, 20, "start", "#222", title, "font-weight=\"bold\""));
    for (double tick : y.ticks()) {
      svg.append(rule(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick)));
      svg.append(text(LEFT - 8, y.at(tick) + 4, "end", "#555", Numbers.text(tick), ""));
    }
    for (double tick : x.ticks()) {
      svg.append(rule(x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM));
      svg.append(text(x.at(tick), HEIGHT - BOTTOM + 18, "middle", "#555", label(tick), ""));
    }
    svg.append(
        text(WIDTH - RIGHT, HEIGHT - 8, "end", "#555", "messages per second (hollow: void)", ""));
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, lines.get(i), i, x, y);
    }
  }

  private static void draw(StringBuilder svg, Line line, int number, Axis x, Axis y) {
    String colour = COLOURS.get(number % COLOURS.size());
    for (Point point : line.points) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" stroke=\"%s\" stroke-width=\"1.5\""
                  + " fill=\"%s\"/>\n",
              x.at(point.x()),
              y.at(point.y()),
              colour,
              point.worthless() ? "white" : colour));
    }
    double left = WIDTH - RIGHT - 130.0 * (number + 1);
    svg.append("<circle cx=\"%.0f\" cy=\"16\" r=\"4.5\" fill=\"%s\"/>\n".formatted(left, colour));
    svg.append(text(left + 10, 20, "start", colour, line.name, ""));
  }

  private static String label(double tick) {
    return tick >= 1 ? String.format(Locale.ROOT, "%.0f", tick) : Numbers.text(tick);
  }

  private static String rule(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n",
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(
      double x, double y, String anchor, String colour, String what, String more) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" %s>%s</text>\n",
        x,
        y,
        anchor,
        colour,
        more,
        what.replace("&", "&amp;").replace("<", "&lt;"));
  }
}
