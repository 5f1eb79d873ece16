package dev.carillon.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The gateways that a client may connect to, tried in turn from a random one on.
final class Endpoints {
  private static final String PATH = "/api/v1/connect";

  private final List<URI> uris;
  private int position;
  private @Nullable URI preferred;

  Endpoints(List<URI> uris) {
    this.uris = List.copyOf(uris);
    position = ThreadLocalRandom.current().nextInt(uris.size());
  }

  /// Reads `host:port`, `ws://host:port` or `wss://host:port`, with or without a path.
  ///
  /// @throws IllegalArgumentException when it is none of these
  static URI parse(String endpoint) {
    URI uri = URI.create(endpoint.contains("://") ? endpoint : "ws://" + endpoint);
    boolean webSocket = "ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme());
    if (!webSocket || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "endpoint: " + endpoint + " (expected: host:port, ws://host:port or wss://host:port)");
    }
    return uri.getPath().isEmpty() || uri.getPath().equals("/") ? uri.resolve(PATH) : uri;
  }

  /// The one to try next.
  URI next() {
    URI first = preferred;
    if (first != null) {
      preferred = null;
      return first;
    }
    URI uri = uris.get(position);
    position = (position + 1) % uris.size();
    return uri;
  }

  /// Makes the next try go to an endpoint that a server named.
  void prefer(URI endpoint) {
    preferred = endpoint;
  }
}
