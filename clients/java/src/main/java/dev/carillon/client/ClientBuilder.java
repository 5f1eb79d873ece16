package dev.carillon.client;

import dev.carillon.client.transport.Endpoints;
import dev.carillon.client.transport.Transport;
import dev.carillon.client.transport.WebSocketTransport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Describes a client and opens it.
///
/// Required: endpoints, a token, a device id and a listener.
public final class ClientBuilder {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private List<URI> endpoints = List.of();
  private @Nullable Supplier<String> tokens;
  private String deviceId = "";
  private String appVersion = "";
  private CursorStore cursors = new InMemoryCursorStore();
  private @Nullable MessageListener listener;
  private InitialHistory initialHistory = InitialHistory.ALL;
  private boolean receiving = true;
  private Duration requestTimeout = DEFAULT_TIMEOUT;
  private Transport.Factory transports = WebSocketTransport.factory();

  ClientBuilder() {}

  /// Where the gateways are: `host:port`, `ws://host:port` or `wss://host:port`, one or more, tried
  /// in turn.
  ///
  /// @throws IllegalArgumentException when one is none of these
  public ClientBuilder endpoints(String... addresses) {
    return endpoints(List.of(addresses));
  }

  /// Where the gateways are; see [#endpoints(String...)].
  ///
  /// @throws IllegalArgumentException when one is no address
  public ClientBuilder endpoints(List<String> addresses) {
    endpoints = addresses.stream().map(Endpoints::parse).toList();
    return this;
  }

  /// A token that never changes; when it is refused the client ends.
  public ClientBuilder token(String token) {
    return tokens(() -> token);
  }

  /// The source of tokens: called at the first sign-in and whenever the last token was refused or
  /// has expired. May block. When it gives a refused token again, the client ends.
  public ClientBuilder tokens(Supplier<String> supplier) {
    tokens = supplier;
    return this;
  }

  /// The device, 1 to 64 bytes, unique per user and always the same for the same cursor store.
  public ClientBuilder deviceId(String id) {
    deviceId = id;
    return this;
  }

  /// The app and its version, 0 to 64 bytes; sent once per session. Default: empty.
  public ClientBuilder appVersion(String version) {
    appVersion = version;
    return this;
  }

  /// Where the device remembers what it has processed. Default: in memory.
  public ClientBuilder cursorStore(CursorStore store) {
    cursors = store;
    return this;
  }

  /// Who gets the messages.
  public ClientBuilder listener(MessageListener messageListener) {
    listener = messageListener;
    return this;
  }

  /// What to do about messages from before this device first met a conversation. Default:
  /// [InitialHistory#ALL].
  public ClientBuilder initialHistory(InitialHistory policy) {
    initialHistory = policy;
    return this;
  }

  /// How long a request may take, reconnects and resends included. Default: 30 s.
  ///
  /// @throws IllegalArgumentException when it is not positive
  public ClientBuilder requestTimeout(Duration timeout) {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("request timeout: " + timeout + " (expected: above 0)");
    }
    requestTimeout = timeout;
    return this;
  }

  /// Makes a client that only sends and reads history: it does not sync, and messages delivered to
  /// it are let go. Needs no listener.
  public ClientBuilder sendOnly() {
    receiving = false;
    listener = message -> {};
    return this;
  }

  ClientBuilder transports(Transport.Factory factory) {
    transports = factory;
    return this;
  }

  /// Opens the client, which begins to connect at once.
  ///
  /// @throws IllegalStateException when something required is missing
  public CarillonClient open() {
    Supplier<String> tokenSupplier = tokens;
    MessageListener messageListener = listener;
    if (endpoints.isEmpty()) {
      throw missing("endpoints");
    }
    if (tokenSupplier == null) {
      throw missing("token");
    }
    if (deviceId.isEmpty()) {
      throw missing("device id");
    }
    if (messageListener == null) {
      throw missing("listener");
    }
    return new CarillonClient(
        new ClientOptions(
            endpoints,
            tokenSupplier,
            deviceId,
            appVersion,
            cursors,
            messageListener,
            initialHistory,
            receiving,
            requestTimeout,
            transports));
  }

  private static IllegalStateException missing(String what) {
    return new IllegalStateException(what + ": none (expected: set before the client is opened)");
  }
}
