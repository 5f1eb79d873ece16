package dev.carillon.client.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The gateways that a client may connect to, tried in turn from a random one on.
public final class Endpoints {
  private static final String PATH = "/api/v1/connect";
  private static final int MAX_PORT = 65_535;

  private final List<URI> uris;
  private int position;
  private @Nullable URI preferred;

  /// @param uris at least one; tried in this order, from a random one on
  public Endpoints(List<URI> uris) {
    this.uris = List.copyOf(uris);
    position = ThreadLocalRandom.current().nextInt(uris.size());
  }

  /// Reads `host:port`, `ws://host:port` or `wss://host:port`, with or without a path.
  ///
  /// @throws IllegalArgumentException when it is none of these
  public static URI parse(String endpoint) {
    boolean scheme = endpoint.contains("://");
    try {
      URI uri = new URI(scheme ? endpoint : "ws://" + endpoint);
      boolean webSocket = "ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme());
      boolean port = uri.getPort() == -1 ? scheme : uri.getPort() > 0 && uri.getPort() <= MAX_PORT;
      if (webSocket && uri.getHost() != null && port) {
        return uri.getPath().isEmpty() || uri.getPath().equals("/") ? uri.resolve(PATH) : uri;
      }
    } catch (URISyntaxException malformed) {
      // The exception below says what was expected.
    }
    throw new IllegalArgumentException(
        "endpoint: " + endpoint + " (expected: host:port, ws://host:port or wss://host:port)");
  }

  /// The one to try next.
  public URI next() {
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
  public void prefer(URI endpoint) {
    preferred = endpoint;
  }
}
