package dev.carillon.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/// A figure of several systems over the rate, a point for each run.
public final class RateChart {
  private final JsonObject json = new JsonObject();
  private final JsonArray points = new JsonArray();

  /// A chart without points.
  ///
  /// @param title what the figure is, with its unit
  public RateChart(String title) {
    json.addProperty("title", title);
    json.add("points", points);
  }

  /// Adds a run.
  ///
  /// @param isVoid whether it counts for nothing and is marked so
  public void add(String system, double rate, double figure, boolean isVoid) {
    JsonObject point = new JsonObject();
    point.addProperty("system", system);
    point.addProperty("rate", rate);
    point.addProperty("figure", figure);
    point.addProperty("isVoid", isVoid);
    points.add(point);
  }

  /// A page of charts, one below the other, with their figures.
  public static String page(String heading, List<RateChart> charts) {
    JsonObject data = new JsonObject();
    data.addProperty("heading", heading);
    JsonArray all = new JsonArray();
    charts.forEach(chart -> all.add(chart.json));
    data.add("charts", all);
    return Page.html("Carillon: " + heading, RateChart.class, "rates.js", data);
  }
}
