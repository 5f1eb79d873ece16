package dev.carillon.connection.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.signin.Identity;
import dev.carillon.connection.v1.DeliveryAck;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.Lagging;
import dev.carillon.connection.v1.NetworkKind;
import dev.carillon.connection.v1.RelayedFrame;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One connection of one device, from its first frame to its last.
///
/// All methods belong to the session's event loop, except those of
/// [dev.carillon.connection.backend.ConnectedDevice], which any thread may call once the session is
/// registered. There is one object per idle connection, so what only busy ones need is made when
/// needed and dropped when idle, and one timer serves for everything: Hello, heartbeat, redelivery
/// and the last moments after Goodbye.
public final class Session extends TimerWheel.Timer implements Recipient {
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final ServerFrame LAGGING =
      ServerFrame.newBuilder().setLagging(Lagging.getDefaultInstance()).build();

  private final Gateway gateway;
  private final SessionLoop loop;
  private final Carrier carrier;
  private State state = State.NEW;
  private boolean lagging;
  private int inFlight;
  private String userId = "";
  private String deviceId = "";
  private long sessionId;
  private long connectionNumber;
  private long connectedAtMillis;
  private long heartbeatAt;
  private long lastDelivery;
  private @Nullable DeliveryWindow window;

  private enum State {
    /// Connected; waits for Hello.
    NEW,
    /// Its token is being verified.
    SIGNING_IN,
    /// Registered, takes deliveries in but has not said Welcome yet.
    OPENING,
    /// Welcome.
    OPEN,
    /// Over.
    CLOSED
  }

  /// A connection that has just been made; on its event loop.
  public Session(Gateway gateway, SessionLoop loop, Carrier carrier) {
    this.gateway = gateway;
    this.loop = loop;
    this.carrier = carrier;
    loop.wheel().schedule(this, loop.wheel().now() + gateway.config().helloTimeout().toNanos());
  }

  /// The device sent a frame.
  public void receive(byte[] bytes) {
    if (state != State.OPEN && bytes.length > largestFrame()) {
      frameTooLarge();
      return;
    }
    RelayedFrame frame;
    try {
      frame = RelayedFrame.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      end(ConnectionError.PROTOCOL_ERROR, "frame: cannot be read (expected: a ClientFrame)");
      return;
    }
    switch (state) {
      case NEW -> hello(frame);
      case SIGNING_IN, OPENING -> end(Ends.beforeWelcome(frame));
      case OPEN -> handle(frame);
      case CLOSED -> {}
    }
  }

  /// The device sent something that is no frame.
  public void protocolError(String message) {
    end(ConnectionError.PROTOCOL_ERROR, message);
  }

  /// The device sent a frame that is too large to be read.
  public void frameTooLarge() {
    end(Ends.frameTooLarge(largestFrame()));
  }

  private int largestFrame() {
    SessionConfig.Limits limits = gateway.config().limits();
    return state == State.OPEN ? limits.frameSize() : limits.helloSize();
  }

  /// There is no room for this connection.
  public void overloaded() {
    end(ConnectionError.OVERLOADED, "connections: too many on this gateway");
  }

  /// The connection is closed, by whomever.
  public void closed() {
    loop.wheel().cancel(this);
    if (state != State.CLOSED) {
      gateway.metrics().lost();
      leave();
    }
  }

  @Override
  public String userId() {
    return userId;
  }

  @Override
  public String deviceId() {
    return deviceId;
  }

  @Override
  public long sessionId() {
    return sessionId;
  }

  @Override
  public long connectionNumber() {
    return connectionNumber;
  }

  @Override
  public long connectedAtMillis() {
    return connectedAtMillis;
  }

  @Override
  public SessionLoop loop() {
    return loop;
  }

  @Override
  public boolean isSession() {
    return true;
  }

  @Override
  public void deliver(EncodedMessage message) {
    if (state == State.CLOSED) {
      return;
    }
    if (lagging || !hasRoom(message.size())) {
      leaveOut();
      return;
    }
    DeliveryWindow unacknowledged = window;
    if (unacknowledged == null) {
      unacknowledged = new DeliveryWindow();
      window = unacknowledged;
    }
    long now = loop.wheel().now();
    unacknowledged.add(message, now);
    lastDelivery++;
    loop.wheel().hasten(this, now + gateway.config().delivery().redeliveryAfter().toNanos());
    gateway.metrics().delivered();
    if (state == State.OPEN) {
      carrier.deliver(message, lastDelivery);
    }
  }

  @Override
  public void end(Refusal reason) {
    if (state == State.CLOSED) {
      return;
    }
    gateway.metrics().ended(reason.getReason());
    leave();
    // A peer that does not close must not keep the connection.
    loop.wheel().schedule(this, loop.wheel().now() + LINGER.toNanos());
    carrier.goodbye(Ends.goodbye(reason, gateway.sessions().waitAfter(reason.getReason())));
  }

  @Override
  protected long expired(long now) {
    return switch (state) {
      case NEW, SIGNING_IN -> {
        end(Ends.helloTimeout(gateway.config()));
        yield TimerWheel.NEVER;
      }
      case OPENING, OPEN -> overdue(now);
      case CLOSED -> {
        carrier.terminate();
        yield TimerWheel.NEVER;
      }
    };
  }

  /// Asks the device to connect elsewhere, or ends the session when it is not open yet.
  void goAway() {
    Sessions.Farewell farewell = gateway.sessions().farewell();
    if (state == State.OPEN && farewell != null) {
      carrier.send(Ends.goAway(farewell));
    }
  }

  /// Ends the session for `error`.
  void end(ConnectionError error, String message) {
    end(Refusals.of(error, message));
  }

  /// Takes a request on; false, and the request is refused, when there are too many.
  boolean begin() {
    if (inFlight >= gateway.config().limits().requests()) {
      return false;
    }
    inFlight++;
    return true;
  }

  /// Answers a request taken on; any thread.
  void answer(ServerFrame answer) {
    loop.execute(() -> {
      inFlight--;
      send(answer);
    });
  }

  /// Sends a frame, if the session is still open.
  void send(ServerFrame frame) {
    if (state == State.OPEN) {
      carrier.send(frame);
    }
  }

  /// The device catches up from here on, so deliveries go on.
  void catchesUp() {
    lagging = false;
  }

  /// The device lives.
  void heartbeat() {
    heartbeatAt = loop.wheel().now();
  }

  /// The token or ticket was found good.
  void signedIn(Identity identity, NetworkKind network, boolean resumed) {
    if (state != State.SIGNING_IN) {
      return;
    }
    if (gateway.sessions().isDraining()) {
      end(Ends.draining());
      return;
    }
    userId = identity.userId();
    sessionId = gateway.sessions().nextId();
    connectedAtMillis = gateway.sessions().nowMillis();
    state = State.OPENING;
    heartbeat();
    loop.wheel().schedule(this, heartbeatAt + gateway.config().heartbeat().timeout().toNanos());
    gateway.sessions().add(this);
    gateway.presence().connected(this);
    // Registered first: what comes after the version that is read now is delivered.
    gateway
        .messages()
        .mailboxVersion(userId, new Welcomer(gateway, this, identity, network, resumed));
  }

  /// The session is open.
  void open(ServerFrame welcome, boolean resumed) {
    if (state != State.OPENING) {
      return;
    }
    state = State.OPEN;
    gateway.metrics().opened(resumed);
    carrier.opened();
    carrier.send(welcome);
    deliverAll();
    if (lagging) {
      carrier.send(LAGGING);
    }
    goAway();
  }

  private void hello(RelayedFrame frame) {
    if (!frame.hasHello()) {
      end(Ends.notHello(frame));
      return;
    }
    Hello hello = frame.getHello();
    state = State.SIGNING_IN;
    deviceId = hello.getDeviceId();
    connectionNumber = hello.getConnectionNumber();
    new SignIn(gateway, this, hello).run();
  }

  private void handle(RelayedFrame frame) {
    switch (frame.getFrameCase()) {
      case DELIVERY_ACK -> acknowledge(frame.getDeliveryAck());
      case HELLO -> end(ConnectionError.PROTOCOL_ERROR, "hello: a second one (expected: one)");
      case FRAME_NOT_SET -> end(ConnectionError.PROTOCOL_ERROR, "frame: empty (expected: a frame)");
      case SEND, HEARTBEAT, SYNC, HISTORY, GROUP -> new Requests(gateway, this).handle(frame);
    }
  }

  private void acknowledge(DeliveryAck ack) {
    DeliveryWindow unacknowledged = window;
    int count = unacknowledged == null ? 0 : unacknowledged.count();
    long processed = ack.getDeliveryNumber() - (lastDelivery - count);
    if (ack.getDeliveryNumber() > lastDelivery) {
      end(Ends.acknowledgedTooMuch(ack.getDeliveryNumber(), lastDelivery));
    } else if (processed > 0 && unacknowledged != null) {
      unacknowledged.acknowledge(processed, loop.wheel().now(), this::processed);
      gateway.metrics().acknowledged(processed);
    }
  }

  /// The trace of a message ends where a device has processed it.
  private void processed(EncodedMessage message) {
    gateway
        .metrics()
        .span("connection.acknowledged", message.traceParent())
        .setAttribute("user", userId)
        .setAttribute("device", deviceId)
        .end();
  }

  private boolean hasRoom(int size) {
    SessionConfig.Deliveries limits = gateway.config().delivery();
    if (window != null && window.isFull(size, limits.window(), limits.windowBytes())) {
      return false;
    }
    return state != State.OPEN || carrier.isWritable();
  }

  private void leaveOut() {
    gateway.metrics().leftOut();
    if (!lagging) {
      lagging = true;
      gateway.metrics().lagging();
      send(LAGGING);
    }
  }

  /// Something may be overdue; returns when to look again.
  private long overdue(long now) {
    SessionConfig config = gateway.config();
    long offlineAt = heartbeatAt + config.heartbeat().timeout().toNanos();
    if (now >= offlineAt) {
      end(Ends.heartbeatTimeout(config));
      return TimerWheel.NEVER;
    }
    DeliveryWindow unacknowledged = window;
    if (unacknowledged == null || unacknowledged.count() == 0) {
      window = null;
      return offlineAt;
    }
    long patience = config.delivery().redeliveryAfter().toNanos();
    if (now >= unacknowledged.progressAt() + patience) {
      redeliver(unacknowledged, now);
    }
    return state == State.CLOSED
        ? TimerWheel.NEVER
        : Math.min(offlineAt, unacknowledged.progressAt() + patience);
  }

  private void redeliver(DeliveryWindow unacknowledged, long now) {
    if (unacknowledged.again(now) > gateway.config().delivery().tries()) {
      end(Ends.notAcknowledging(unacknowledged.count(), gateway.config()));
    } else if (carrier.isWritable()) {
      gateway.metrics().redelivered(unacknowledged.count());
      deliverAll();
    }
  }

  private void deliverAll() {
    DeliveryWindow unacknowledged = window;
    if (state == State.OPEN && unacknowledged != null) {
      long first = lastDelivery - unacknowledged.count() + 1;
      unacknowledged.forEach((place, message) -> carrier.deliver(message, first + place));
    }
  }

  private void leave() {
    boolean registered = state == State.OPENING || state == State.OPEN;
    state = State.CLOSED;
    window = null;
    if (registered) {
      gateway.sessions().remove(this);
      gateway.presence().gone(this);
    }
  }
}
