package dev.carillon.bench.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the instances of one service report at their admin ports, and what the database server
/// counts of the work that it does for all clients, at one moment.
public final class Counters {
  private Counters() {}

  /// Reads them all.
  ///
  /// @param admins `host:port` of each instance's admin port
  /// @return values by the name that Prometheus or the database uses, summed over labels and
  ///   instances
  public static Map<String, Double> read(List<String> admins, Database database)
      throws IOException, SQLException {
    Map<String, Double> values = new HashMap<>();
    for (String admin : admins) {
      try (InputStream page = URI.create("http://" + admin + "/metrics").toURL().openStream()) {
        addMetrics(new String(page.readAllBytes(), UTF_8), values);
      }
    }
    try (Connection connection = database.connect("");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Com\\_%'")) {
      while (rows.next()) {
        values.put(rows.getString(1), rows.getDouble(2));
      }
    }
    return values;
  }

  /// Adds metrics as Prometheus reads them.
  static void addMetrics(String text, Map<String, Double> values) {
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> {
          int value = line.lastIndexOf(' ');
          int labels = line.indexOf('{');
          String name = line.substring(0, labels < 0 ? value : labels);
          String number = line.substring(value + 1).replace("Inf", "Infinity");
          values.merge(name, Double.parseDouble(number), Double::sum);
        });
  }

  /// By how much one of them has grown between two moments.
  public static double growth(Map<String, Double> before, Map<String, Double> after, String name) {
    return after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0);
  }
}
