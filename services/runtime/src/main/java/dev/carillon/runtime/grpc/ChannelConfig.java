package dev.carillon.runtime.grpc;

import dev.carillon.runtime.settings.Settings;
import java.time.Duration;

/// The settings for calls to other services.
///
/// @param defaultDeadline for unary calls that neither set nor inherit one
/// @param maxMessageBytes the largest answer accepted, in bytes
public record ChannelConfig(Duration defaultDeadline, int maxMessageBytes) {
  /// Refuses limits that would let nothing through.
  public ChannelConfig {
    if (!defaultDeadline.isPositive() || maxMessageBytes < 1) {
      throw new IllegalArgumentException(
          "defaultDeadline: "
              + defaultDeadline
              + ", maxMessageBytes: "
              + maxMessageBytes
              + " (expected: positive)");
    }
  }

  /// Reads `CARILLON_CALL_DEADLINE` (5s) and `CARILLON_CALL_MAX_MESSAGE` (4MiB), for all services.
  public static ChannelConfig read(Settings settings) {
    return new ChannelConfig(
        settings.duration(
            "CARILLON_CALL_DEADLINE",
            Duration.ofSeconds(5),
            Duration.ofMillis(10),
            Duration.ofMinutes(5)),
        (int) settings.size("CARILLON_CALL_MAX_MESSAGE", 4 << 20, 1024, 64 << 20));
  }

  /// So patient that a test on a busy machine sees no deadline but those it sets.
  public static ChannelConfig local() {
    return new ChannelConfig(Duration.ofMinutes(2), 4 << 20);
  }
}
