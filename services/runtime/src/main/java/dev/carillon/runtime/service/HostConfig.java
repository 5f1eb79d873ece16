package dev.carillon.runtime.service;

import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.grpc.ChannelConfig;
import dev.carillon.runtime.grpc.EventLoops;
import dev.carillon.runtime.grpc.GrpcServerConfig;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.telemetry.TelemetryConfig;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The settings that every service has.
///
/// @param service the service's name, such as `message`
/// @param instance the instance's id, unique among all that ever ran
/// @param grpc its gRPC server
/// @param advertise under which addresses other instances reach it
/// @param adminListen where its admin server listens
/// @param eventLoops of which kind the event loops of the process are
/// @param calls how it calls other services
/// @param registry where instances find each other
/// @param telemetry what it reports and where to
/// @param drainLimit how long an orderly stop may take
/// @param batchWaitLimit how long its batch loops pause at most when the machine is busy
/// @param faults what a test may make go wrong in it
public record HostConfig(
    String service,
    String instance,
    GrpcServerConfig grpc,
    Advertised advertise,
    HostPort adminListen,
    EventLoops.Kind eventLoops,
    ChannelConfig calls,
    RegistryConfig registry,
    TelemetryConfig telemetry,
    Duration drainLimit,
    Duration batchWaitLimit,
    FaultInjection.Opener faults) {
  private static final Duration BATCH_WAIT_LIMIT = Duration.ofMillis(10);
  private static final int ID_BYTES = 4;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  /// What the names of the settings of the service of this name begin with, such as
  /// `CARILLON_PUSH_NOTIFY_`.
  public static String settingsPrefix(String service) {
    return "CARILLON_" + service.replace('-', '_').toUpperCase(Locale.ROOT) + "_";
  }

  /// Reads the service's own settings, whose names begin with, for example, `CARILLON_MESSAGE_`,
  /// those that all services share, and those of the [FaultInjection] on the class path. Without an
  /// instance id every start makes one up, for slots are owned by id.
  public static HostConfig read(Settings settings, String service) {
    String begin = settingsPrefix(service);
    String prefix = begin.substring(0, begin.length() - 1);
    String instance = instanceId(settings, prefix + "_INSTANCE_ID", service);
    return new HostConfig(
        service,
        instance,
        GrpcServerConfig.read(settings, prefix),
        Advertised.read(settings, prefix),
        settings.hostPort(prefix + "_ADMIN_LISTEN", new HostPort("127.0.0.1", 0)),
        settings.choice("CARILLON_EVENT_LOOPS", EventLoops.Kind.AUTO),
        ChannelConfig.read(settings),
        RegistryConfig.read(settings),
        TelemetryConfig.read(settings, service, instance),
        drainLimit(settings),
        settings.duration(
            prefix + "_BATCH_WAIT_LIMIT", BATCH_WAIT_LIMIT, Duration.ZERO, Duration.ofSeconds(1)),
        FaultInjection.read(settings));
  }

  /// A new instance on free ports of the loopback address that reports nowhere: for tests.
  public static HostConfig local(String service, RegistryConfig registry) {
    HostPort anyPort = new HostPort("127.0.0.1", 0);
    return new HostConfig(
        service,
        newInstanceId(service),
        GrpcServerConfig.local(),
        Advertised.AS_LISTENING,
        anyPort,
        EventLoops.Kind.AUTO,
        ChannelConfig.local(),
        registry,
        TelemetryConfig.local(service),
        Duration.ofSeconds(5),
        BATCH_WAIT_LIMIT,
        FaultInjection.Opener.NONE);
  }

  static Duration drainLimit(Settings settings) {
    return settings.duration(
        "CARILLON_DRAIN_LIMIT",
        Duration.ofSeconds(20),
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
  }

  private static String instanceId(Settings settings, String name, String service) {
    String madeUp = newInstanceId(service);
    String given = settings.text(name, madeUp);
    if (ID.matcher(given).matches()) {
      return given;
    }
    settings.problem(name + ": " + given + " (expected: 1 to 64 letters, digits, dots or hyphens)");
    return madeUp;
  }

  private static String newInstanceId(String service) {
    byte[] random = new byte[ID_BYTES];
    new SecureRandom().nextBytes(random);
    return service + "-" + HexFormat.of().formatHex(random);
  }

  /// Under which addresses other instances reach this one, where that is not where it listens.
  ///
  /// @param host empty: the one it listens on
  /// @param grpc of the gRPC server, for one behind a port mapping or a proxy; absent: `host` with
  ///   the port it listens on
  public record Advertised(String host, Optional<HostPort> grpc) {
    /// Others reach it where it listens.
    public static final Advertised AS_LISTENING = new Advertised("", Optional.empty());

    static Advertised read(Settings settings, String prefix) {
      return new Advertised(
          settings.text(prefix + "_ADVERTISE_HOST", ""),
          settings.optionalHostPort(prefix + "_GRPC_ADVERTISE"));
    }

    /// The address of a gRPC server that listens at `listening`, which ends in `port`.
    String grpc(String listening, int port) {
      return grpc.map(HostPort::toString).orElseGet(() -> any(listening, port));
    }

    /// The address of any other server.
    String any(String listening, int port) {
      return host.isEmpty() ? listening : host + ":" + port;
    }
  }
}
