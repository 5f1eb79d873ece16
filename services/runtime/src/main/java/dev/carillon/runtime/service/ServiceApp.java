package dev.carillon.runtime.service;

/// One running instance of a service, put together. Every service's `XApp` has this face.
public interface ServiceApp extends AutoCloseable {
  /// `host:port` at which other services reach its gRPC server.
  default String address() {
    return host().address();
  }

  /// What the instance stands on: its id, readiness and telemetry.
  ServiceHost host();

  /// Stops in order and returns when nothing is left: not ready, out of the registry, slots handed
  /// over, streams ended, everything closed.
  @Override
  default void close() {
    host().close();
  }
}
