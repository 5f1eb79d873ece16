package dev.carillon.local.supervisor;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/// How many instances of each service are to run.
///
/// @param byService 1 to 16 for every service
public record InstanceCounts(Map<ServiceKind, Integer> byService) {
  private static final int MAX = 16;

  /// One of each.
  public static final InstanceCounts ONE_EACH = parse("");

  public InstanceCounts {
    byService = Map.copyOf(byService);
  }

  /// Reads `message=2,connection=2`; a service that is not named gets one.
  ///
  /// @throws IllegalArgumentException for an unknown service or a count out of range
  public static InstanceCounts parse(String text) {
    Map<ServiceKind, Integer> counts = new EnumMap<>(ServiceKind.class);
    for (ServiceKind kind : ServiceKind.values()) {
      counts.put(kind, 1);
    }
    for (String item : text.isBlank() ? new String[0] : text.split(",", -1)) {
      String[] parts = item.strip().split("=", -1);
      if (parts.length != 2) {
        throw new IllegalArgumentException(
            "instances: " + item + " (expected: SERVICE=COUNT, such as message=2)");
      }
      counts.put(kind(parts[0]), count(parts[0], parts[1]));
    }
    return new InstanceCounts(counts);
  }

  private static ServiceKind kind(String name) {
    return ServiceKind.of(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "instances: "
                    + name
                    + " (expected: one of "
                    + Arrays.stream(ServiceKind.values())
                        .map(ServiceKind::service)
                        .collect(Collectors.joining(", "))
                    + ")"));
  }

  private static int count(String service, String text) {
    int count = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    if (count < 1 || count > MAX) {
      throw new IllegalArgumentException(
          "instances: " + service + "=" + text + " (expected: 1 to " + MAX + ")");
    }
    return count;
  }

  /// How many of one service there are.
  public int of(ServiceKind kind) {
    return byService.getOrDefault(kind, 1);
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    return Arrays.stream(ServiceKind.values())
        .map(kind -> kind.service() + "=" + of(kind))
        .collect(Collectors.joining(","));
  }
}
