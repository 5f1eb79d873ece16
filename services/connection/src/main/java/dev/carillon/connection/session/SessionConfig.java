package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.v1.NetworkKind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;

/// How sessions behave and what they are allowed.
///
/// @param helloTimeout how long a new connection may take to sign in
/// @param ticketLifetime how long a resume ticket is good for, if its token is good as long
public record SessionConfig(
    Heartbeats heartbeat,
    Deliveries delivery,
    Limits limits,
    Duration helloTimeout,
    Duration ticketLifetime) {
  private static final String PREFIX = "CARILLON_CONNECTION_";
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int KIB = 1024;

  /// How often devices send heartbeats.
  ///
  /// @param wifi how often on a local network
  /// @param mobile how often on a mobile network, and when the network is not known
  /// @param timeout the time without a heartbeat after which a device is offline
  public record Heartbeats(Duration wifi, Duration mobile, Duration timeout) {
    /// The interval advised on a kind of network.
    Duration interval(NetworkKind kind) {
      return kind == NetworkKind.NETWORK_KIND_WIFI ? wifi : mobile;
    }
  }

  /// How deliveries are acknowledged.
  ///
  /// @param ackDelay how long a device may delay an acknowledgement to batch several
  /// @param redeliveryAfter the time without progress after which deliveries are sent again
  /// @param tries how often deliveries are sent before the connection is given up
  /// @param window how many deliveries may be unacknowledged
  /// @param windowBytes how many bytes they may hold
  public record Deliveries(
      Duration ackDelay, Duration redeliveryAfter, int tries, int window, int windowBytes) {}

  /// What one connection may ask.
  ///
  /// @param bodySize the largest message body, in bytes
  /// @param frameSize the largest frame, in bytes
  /// @param requests how many requests may be unanswered
  public record Limits(int bodySize, int frameSize, int requests) {
    /// Tokens and tickets are a few KiB.
    private static final int HELLO_SIZE = 16 * KIB;

    /// The largest frame of a device that has not signed in, in bytes.
    public int helloSize() {
      return Math.min(frameSize, HELLO_SIZE);
    }

    /// Throws a [Refusal] for a message body that is too large.
    public void checkBody(ByteString body) {
      if (body.size() > bodySize) {
        throw new Refusal(
            ConnectionError.BODY_TOO_LARGE,
            "body: " + body.size() + " bytes (expected: at most " + bodySize + ")");
      }
    }
  }

  /// Reads the settings named `CARILLON_CONNECTION_…`.
  public static SessionConfig read(Settings settings) {
    SessionConfig config =
        new SessionConfig(
            heartbeats(settings),
            deliveries(settings),
            limits(settings),
            settings.duration(PREFIX + "HELLO_TIMEOUT", Duration.ofSeconds(10), SECOND, MINUTE),
            settings.duration(
                PREFIX + "TICKET_LIFETIME", Duration.ofHours(12), MINUTE, Duration.ofDays(30)));
    Heartbeats heartbeat = config.heartbeat();
    if (heartbeat.timeout().compareTo(heartbeat.wifi()) <= 0
        || heartbeat.timeout().compareTo(heartbeat.mobile()) <= 0) {
      settings.problem(
          "%sHEARTBEAT_TIMEOUT: %s (expected: more than the intervals)"
              .formatted(PREFIX, heartbeat.timeout()));
    }
    return config;
  }

  private static Heartbeats heartbeats(Settings settings) {
    return new Heartbeats(
        settings.duration(PREFIX + "HEARTBEAT_WIFI", Duration.ofSeconds(30), SECOND, HOUR),
        settings.duration(PREFIX + "HEARTBEAT_MOBILE", Duration.ofSeconds(20), SECOND, HOUR),
        settings.duration(PREFIX + "HEARTBEAT_TIMEOUT", MINUTE, SECOND, HOUR.multipliedBy(3)));
  }

  private static Deliveries deliveries(Settings settings) {
    return new Deliveries(
        settings.duration(
            PREFIX + "ACK_DELAY", Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(10)),
        settings.duration(PREFIX + "REDELIVERY_AFTER", Duration.ofSeconds(10), SECOND, HOUR),
        settings.integer(PREFIX + "DELIVERY_TRIES", 3, 1, 100),
        settings.integer(PREFIX + "CREDIT_WINDOW", 256, 1, 65_536),
        (int) settings.size(PREFIX + "WINDOW_BYTES", 64L * KIB, KIB, 16L * KIB * KIB));
  }

  private static Limits limits(Settings settings) {
    return new Limits(
        (int) settings.size(PREFIX + "MAX_BODY", 32L * KIB, 1, 1024L * KIB),
        (int) settings.size(PREFIX + "MAX_FRAME", 256L * KIB, KIB, 4L * KIB * KIB),
        settings.integer(PREFIX + "MAX_REQUESTS", 32, 1, 10_000));
  }
}
