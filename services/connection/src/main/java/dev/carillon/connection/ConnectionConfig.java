package dev.carillon.connection;

import dev.carillon.connection.session.SessionConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;

/// Every setting of the connection service.
///
/// @param host what every service has; its gRPC server is for the other services
public record ConnectionConfig(
    HostConfig host,
    Clients clients,
    SignIn signIn,
    Drain drain,
    SessionConfig session,
    Backend backend) {
  /// The service's name.
  public static final String SERVICE = "connection";

  private static final String PREFIX = "CARILLON_CONNECTION_";

  /// Most systems let a process have about 20,000 sockets.
  private static final int DEFAULT_MAX_CONNECTIONS = 19_000;

  /// How devices reach a gateway.
  ///
  /// @param listen where they connect by WebSocket and HTTP; port 0 takes a free one
  /// @param grpcListen where they connect by gRPC; port 0 takes a free one
  /// @param maxConnections the most connections of this process
  public record Clients(HostPort listen, HostPort grpcListen, int maxConnections) {}

  /// How devices prove who they are.
  ///
  /// @param tokenKeys a JWK set with the keys that sign tokens
  /// @param audience what `aud` of a token must name
  /// @param ticketKey the key of the resume tickets, the same for all gateways
  /// @param queue how many tokens may wait to be verified
  public record SignIn(Secret tokenKeys, String audience, Secret ticketKey, int queue) {}

  /// How a gateway asks its devices to connect elsewhere when it stops.
  ///
  /// @param spread over how long the devices are spread when they connect elsewhere
  /// @param grace how long after that the last connections still work
  public record Drain(Duration spread, Duration grace) {}

  /// How the other services are called.
  ///
  /// @param timeout how long a device's request may take
  /// @param appends how many messages may be without an answer from their owner
  /// @param calls how many other requests may be in flight
  public record Backend(Duration timeout, int appends, int calls) {}

  /// Reads the settings that begin with `CARILLON_CONNECTION_`, and those that all services share.
  public static ConnectionConfig read(Settings settings) {
    return new ConnectionConfig(
        HostConfig.read(settings, SERVICE),
        new Clients(
            settings.hostPort(PREFIX + "CLIENT_LISTEN", new HostPort("127.0.0.1", 0)),
            settings.hostPort(PREFIX + "CLIENT_GRPC_LISTEN", new HostPort("127.0.0.1", 0)),
            settings.integer(PREFIX + "MAX_CONNECTIONS", DEFAULT_MAX_CONNECTIONS, 1, 1_000_000)),
        new SignIn(
            settings.requiredSecret(PREFIX + "TOKEN_KEYS"),
            settings.text(PREFIX + "TOKEN_AUDIENCE", "carillon"),
            settings.requiredSecret(PREFIX + "TICKET_KEY"),
            settings.integer(PREFIX + "SIGN_IN_QUEUE", 4_096, 1, 1_000_000)),
        new Drain(
            settings.duration(
                PREFIX + "DRAIN_SPREAD",
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMinutes(10)),
            settings.duration(
                PREFIX + "DRAIN_GRACE",
                Duration.ofSeconds(3),
                Duration.ofMillis(100),
                Duration.ofMinutes(10))),
        SessionConfig.read(settings),
        backend(settings));
  }

  private static Backend backend(Settings settings) {
    return new Backend(
        settings.duration(
            PREFIX + "REQUEST_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(1)),
        settings.integer(PREFIX + "MAX_APPENDS", 20_000, 1, 1_000_000),
        settings.integer(PREFIX + "MAX_CALLS", 1_000, 1, 100_000));
  }
}
