package dev.carillon.report;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.List;

/// A figure of several systems over the rate, a point for each run.
///
/// @param title what the figure is, with its unit
public record RateChart(String title, List<Point> points) {
  /// A run.
  ///
  /// @param isVoid whether it counts for nothing and is marked so
  public record Point(String system, double rate, double figure, boolean isVoid) {}

  /// The data of a page.
  private record Charts(String heading, List<RateChart> charts) {}

  /// A chart without points.
  public RateChart(String title) {
    this(title, new ArrayList<>());
  }

  /// Adds a run.
  public void add(String system, double rate, double figure, boolean isVoid) {
    points.add(new Point(system, rate, figure, isVoid));
  }

  /// A page of charts, one below the other, with their figures.
  public static String page(String heading, List<RateChart> charts) {
    return Page.html(
        "Carillon: " + heading,
        RateChart.class,
        "rates.js",
        new Gson().toJsonTree(new Charts(heading, charts)));
  }
}
