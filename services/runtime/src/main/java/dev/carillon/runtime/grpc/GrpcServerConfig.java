package dev.carillon.runtime.grpc;

import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;

/// How a gRPC server listens and what it allows.
///
/// @param listen where to listen; port 0 takes a free one
/// @param reflection whether to answer reflection, for people with grpcurl in development
/// @param maxMessageBytes the largest message accepted, in bytes
/// @param maxCalls unary calls in flight before new ones are refused as `OVERLOADED`
/// @param defaultDeadline for unary calls that bring none
/// @param maxConnectionAge after which clients are asked to connect anew; zero means never
public record GrpcServerConfig(
    HostPort listen,
    boolean reflection,
    int maxMessageBytes,
    int maxCalls,
    Duration defaultDeadline,
    Duration maxConnectionAge) {
  private static final int MIB = 1 << 20;
  private static final int DEFAULT_MAX_CALLS = 1_000;

  /// Refuses limits that would let nothing through.
  public GrpcServerConfig {
    if (maxMessageBytes < 1 || maxCalls < 1) {
      throw new IllegalArgumentException(
          "maxMessageBytes: "
              + maxMessageBytes
              + ", maxCalls: "
              + maxCalls
              + " (expected: 1 or more)");
    }
    if (!defaultDeadline.isPositive() || maxConnectionAge.isNegative()) {
      throw new IllegalArgumentException(
          "defaultDeadline: "
              + defaultDeadline
              + ", maxConnectionAge: "
              + maxConnectionAge
              + " (expected: positive, and not negative)");
    }
  }

  /// Reads the settings `<prefix>_GRPC_…`, where `prefix` is for example `CARILLON_MESSAGE`.
  public static GrpcServerConfig read(Settings settings, String prefix) {
    return new GrpcServerConfig(
        settings.hostPort(prefix + "_GRPC_LISTEN", new HostPort("127.0.0.1", 0)),
        settings.bool(prefix + "_GRPC_REFLECTION", false),
        (int) settings.size(prefix + "_GRPC_MAX_MESSAGE", 4L * MIB, 1024, 64L * MIB),
        settings.integer(prefix + "_GRPC_MAX_CALLS", DEFAULT_MAX_CALLS, 1, 1_000_000),
        settings.duration(
            prefix + "_GRPC_DEFAULT_DEADLINE",
            Duration.ofSeconds(10),
            Duration.ofMillis(1),
            Duration.ofHours(1)),
        settings.duration(
            prefix + "_GRPC_MAX_CONNECTION_AGE",
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofDays(30)));
  }

  /// The same for a second server, at another address and with another largest message.
  public GrpcServerConfig elsewhere(HostPort otherListen, int otherMaxMessageBytes) {
    return new GrpcServerConfig(
        otherListen, reflection, otherMaxMessageBytes, maxCalls, defaultDeadline, maxConnectionAge);
  }

  /// A free port of the loopback address, reflection off, the default limits, and so patient that a
  /// test on a busy machine sees no deadline but those it sets.
  public static GrpcServerConfig local() {
    return new GrpcServerConfig(
        new HostPort("127.0.0.1", 0),
        false,
        4 * MIB,
        DEFAULT_MAX_CALLS,
        Duration.ofMinutes(2),
        Duration.ZERO);
  }
}
