package dev.carillon.client;

import dev.carillon.client.transport.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// The settings of one client, as its builder collected them.
record ClientOptions(
    List<URI> endpoints,
    Supplier<String> tokens,
    String deviceId,
    String appVersion,
    CursorStore cursors,
    MessageListener listener,
    InitialHistory initialHistory,
    boolean receiving,
    Duration requestTimeout,
    Transport.Factory transports) {
  ClientOptions {
    endpoints = List.copyOf(endpoints);
  }
}
