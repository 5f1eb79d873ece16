package dev.carillon.runtime.service;

import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.settings.Settings;
import java.util.Optional;

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
