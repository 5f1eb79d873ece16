package dev.carillon.local.supervisor;

import dev.carillon.runtime.service.Services;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The number of instances of each service.
///
/// @param byService 1 to 16 for every service, by its name, in the order of [Services#all]
public record InstanceCounts(Map<String, Integer> byService) {
  private static final int MAX = 16;

  /// One of each.
  public static final InstanceCounts ONE_EACH = parse("");

  public InstanceCounts {
    byService = Collections.unmodifiableMap(new LinkedHashMap<>(byService));
  }

  /// Reads `message=2,connection=2`; a service that is not named gets one.
  ///
  /// @throws IllegalArgumentException for an unknown service or a count out of range
  public static InstanceCounts parse(String text) {
    return parse(text, Services.onClassPath());
  }

  static InstanceCounts parse(String text, Services services) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    services.names().forEach(name -> counts.put(name, 1));
    for (String item : text.isBlank() ? new String[0] : text.split(",", -1)) {
      String[] parts = item.strip().split("=", -1);
      if (parts.length != 2) {
        throw refused(item, "SERVICE=COUNT, such as message=2");
      }
      if (!counts.containsKey(parts[0])) {
        throw refused(parts[0], "one of " + String.join(", ", services.names()));
      }
      int count = parts[1].matches("\\d{1,3}") ? Integer.parseInt(parts[1]) : 0;
      if (count < 1 || count > MAX) {
        throw refused(item.strip(), "1 to " + MAX);
      }
      counts.put(parts[0], count);
    }
    return new InstanceCounts(counts);
  }

  private static IllegalArgumentException refused(String found, String expected) {
    return new IllegalArgumentException("instances: " + found + " (expected: " + expected + ")");
  }

  /// How many of one service there are.
  public int of(String service) {
    return byService.getOrDefault(service, 1);
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    return byService.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
