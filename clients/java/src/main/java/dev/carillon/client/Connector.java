package dev.carillon.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.carillon.client.CarillonException.Kind;
import dev.carillon.client.transport.Backoff;
import dev.carillon.client.transport.ConnectionNumbers;
import dev.carillon.client.transport.Endpoints;
import dev.carillon.client.transport.Timers;
import dev.carillon.client.transport.Transport;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Keeps one connection signed in: connects, signs in, sends heartbeats, and connects again when
/// the connection is lost, until it is closed.
///
/// Confined to the client's loop, but for the token supplier, which may block and runs on a thread
/// of its own.
final class Connector {
  /// A message that is stored while the device signs in may be missing from the mailbox version in
  /// Welcome, and is not delivered live either. An early first heartbeat reports the version that
  /// includes it.
  private static final java.time.Duration FIRST_HEARTBEAT = java.time.Duration.ofSeconds(3);

  private static final int PROTOCOL_VERSION = 1;
  private static final java.time.Duration FIRST_PAUSE = java.time.Duration.ofMillis(200);
  private static final java.time.Duration LAST_PAUSE = java.time.Duration.ofSeconds(10);
  private static final java.time.Duration WELCOME_TIMEOUT = java.time.Duration.ofSeconds(10);
  private static final Set<String> FINAL_REASONS =
      Set.of("VERSION_UNSUPPORTED", "SESSION_REPLACED", "SESSION_ENDED");
  private static final Set<String> TOKEN_REASONS = Set.of("TOKEN_INVALID", "TOKEN_EXPIRED");

  private final ClientOptions options;
  private final Endpoints endpoints;
  private final Executor loop;
  private final Events events;
  private @Nullable Connection current;
  private ByteString ticket = ByteString.EMPTY;
  private String refusedToken = "";
  private String refusedReason = "";
  private int attempts;
  private boolean closed;

  /// The receiver of the connector's events, called on the loop.
  interface Events {
    /// The session is open.
    void welcomed(Transport transport, Welcome welcome);

    /// A frame that is no concern of the connection itself.
    void received(ServerFrame frame);

    /// The session is gone; the connector is about to open another.
    void lost();

    /// The session is gone for good.
    void ended(CarillonException cause);
  }

  Connector(ClientOptions options, Executor loop, Events events) {
    this.options = options;
    this.endpoints = new Endpoints(options.endpoints());
    this.loop = loop;
    this.events = events;
  }

  /// Begins to connect.
  void connect() {
    if (closed) {
      return;
    }
    attempts++;
    Connection connection = new Connection();
    current = connection;
    if (!ticket.isEmpty()) {
      connection.open(Hello.newBuilder().setResumeTicket(ticket));
      return;
    }
    java.lang.Thread.ofVirtual().name("carillon-client-token").start(() -> fetchToken(connection));
  }

  private void fetchToken(Connection connection) {
    try {
      String token = options.tokens().get();
      loop.execute(() -> signIn(connection, token));
    } catch (RuntimeException failure) {
      options.listener().onError(failure);
      loop.execute(() -> connection.end(null));
    }
  }

  private void signIn(Connection connection, String token) {
    if (connection != current) {
      return;
    }
    if (token.equals(refusedToken)) {
      end(
          new CarillonException(
              Kind.SIGN_IN_REFUSED,
              refusedReason,
              "the token was refused, and the token source gave the same one again"));
    } else {
      connection.token = token;
      connection.open(Hello.newBuilder().setToken(token));
    }
  }

  /// Ends the connection and connects no more.
  void close() {
    closed = true;
    Connection connection = current;
    current = null;
    if (connection != null) {
      connection.stop();
    }
  }

  private void end(CarillonException cause) {
    close();
    events.ended(cause);
  }

  private void reconnectAfter(java.time.Duration pause) {
    Timers.after(pause, loop, this::connect);
  }

  private static java.time.Duration duration(Duration wire) {
    return java.time.Duration.ofSeconds(wire.getSeconds(), wire.getNanos());
  }

  /// One connection. Events of a connection that has been replaced are ignored.
  private final class Connection implements Transport.Listener {
    private Hello.Builder hello = Hello.newBuilder();
    private @Nullable Transport transport;
    private @Nullable Future<?> silence;
    private @Nullable Future<?> departure;
    private java.time.@Nullable Duration pause;
    private String token = "";
    private boolean welcomed;
    private boolean heard;
    private long heartbeats;

    void open(Hello.Builder credential) {
      hello = credential;
      URI endpoint = endpoints.next();
      watch(WELCOME_TIMEOUT, () -> end(null));
      options.transports().connect(endpoint, this);
    }

    @Override
    public void opened(Transport opened) {
      loop.execute(() -> {
        transport = opened;
        if (current != this) {
          opened.close();
          return;
        }
        opened.send(
            ClientFrame.newBuilder()
                .setHello(
                    hello
                        .setProtocolVersion(PROTOCOL_VERSION)
                        .setDeviceId(options.deviceId())
                        .setConnectionNumber(ConnectionNumbers.next())
                        .setAppVersion(options.appVersion())
                        .setOsVersion(System.getProperty("os.name", "")))
                .build());
      });
    }

    @Override
    public void received(ServerFrame frame) {
      loop.execute(() -> {
        if (current == this) {
          handle(frame);
        }
      });
    }

    @Override
    public void closed(@Nullable Throwable cause) {
      loop.execute(() -> end(cause));
    }

    private void handle(ServerFrame frame) {
      heard = true;
      switch (frame.getFrameCase()) {
        case WELCOME -> welcome(frame.getWelcome());
        case GO_AWAY -> goAway(frame.getGoAway());
        case GOODBYE -> goodbye(frame.getGoodbye());
        default -> events.received(frame);
      }
    }

    private void welcome(Welcome welcome) {
      Transport open = transport;
      if (open == null || welcomed) {
        return;
      }
      welcomed = true;
      attempts = 0;
      refusedToken = "";
      ticket = welcome.getResumeTicket();
      java.time.Duration interval = duration(welcome.getHeartbeatInterval());
      watch(
          interval.compareTo(FIRST_HEARTBEAT) < 0 ? interval : FIRST_HEARTBEAT,
          () -> sendHeartbeat(interval));
      events.welcomed(open, welcome);
    }

    /// Sends a heartbeat, and ends the connection when nothing arrived since the heartbeat before.
    private void sendHeartbeat(java.time.Duration interval) {
      heard = false;
      Transport open = transport;
      if (open != null) {
        Heartbeat heartbeat = Heartbeat.newBuilder().setToken(++heartbeats).build();
        open.send(ClientFrame.newBuilder().setHeartbeat(heartbeat).build());
      }
      watch(
          interval,
          () -> {
            if (heard) {
              sendHeartbeat(interval);
            } else {
              end(null);
            }
          });
    }

    /// The connection is used and watched as before until the time that the server named.
    private void goAway(GoAway goAway) {
      if (!goAway.getReconnectTo().isEmpty()) {
        prefer(goAway.getReconnectTo());
      }
      pause = java.time.Duration.ZERO;
      disarm(departure);
      departure = arm(duration(goAway.getNotBefore()), () -> end(null));
    }

    private void prefer(String endpoint) {
      try {
        endpoints.prefer(Endpoints.parse(endpoint));
      } catch (IllegalArgumentException malformed) {
        options.listener().onError(malformed);
      }
    }

    private void goodbye(Goodbye goodbye) {
      String reason = goodbye.getRefusal().getReason();
      CarillonException cause =
          new CarillonException(
              TOKEN_REASONS.contains(reason) ? Kind.SIGN_IN_REFUSED : Kind.CLOSED,
              reason,
              goodbye.getRefusal().getMessage());
      if (goodbye.hasNotBefore()) {
        pause = duration(goodbye.getNotBefore());
      }
      if (reason.equals("TICKET_INVALID")) {
        pause = java.time.Duration.ZERO;
        ticket = ByteString.EMPTY;
      } else if (TOKEN_REASONS.contains(reason)) {
        refusedToken = token;
        ticket = ByteString.EMPTY;
        refusedReason = reason;
      }
      if (FINAL_REASONS.contains(reason)) {
        Connector.this.end(cause);
      } else {
        end(cause);
      }
    }

    private void end(@Nullable Throwable cause) {
      stop();
      if (current != this) {
        return;
      }
      current = null;
      if (welcomed) {
        events.lost();
      }
      if (cause != null && !(cause instanceof CarillonException)) {
        options.listener().onError(cause);
      }
      reconnectAfter(pause != null ? pause : Backoff.fullJitter(FIRST_PAUSE, LAST_PAUSE, attempts));
    }

    private void stop() {
      disarm(silence);
      disarm(departure);
      Transport open = transport;
      if (open != null) {
        open.close();
      }
    }

    private void watch(java.time.Duration delay, Runnable action) {
      disarm(silence);
      silence = arm(delay, action);
    }

    private Future<?> arm(java.time.Duration delay, Runnable action) {
      return Timers.after(
          delay,
          loop,
          () -> {
            if (current == this) {
              action.run();
            }
          });
    }

    private void disarm(@Nullable Future<?> armed) {
      if (armed != null) {
        armed.cancel(false);
      }
    }
  }
}
