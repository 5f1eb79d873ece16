package dev.carillon.connection.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.signin.Identity;
import dev.carillon.connection.v1.DeliveryAck;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.Lagging;
import dev.carillon.connection.v1.RelayedFrame;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One connection of one device, from its first frame to its last: the state machine of a session,
/// in the order of its life.
///
/// All methods belong to the session's event loop, except [#device], which any thread may call once
/// the session is registered. There is one object per idle connection, so what only busy sessions
/// need is made when needed and dropped when idle, and one timer serves for everything: Hello,
/// heartbeat, redelivery and the wait for the device to close after Goodbye.
public final class Session extends TimerWheel.Timer implements Recipient {
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final ConnectedDevice NOBODY = new ConnectedDevice("", "", 0, 0, 0);
  private static final ServerFrame LAGGING =
      ServerFrame.newBuilder().setLagging(Lagging.getDefaultInstance()).build();

  private final SessionContext context;
  private final SessionLoop loop;
  private final Transport transport;
  private State state = State.NEW;
  private ConnectedDevice device = NOBODY;
  private long heartbeatAt;
  private int unansweredRequests;
  private boolean lagging;
  private long lastDelivery;
  private @Nullable DeliveryWindow window;

  private enum State {
    /// Connected; waits for Hello.
    NEW,
    /// Its token is being verified.
    SIGNING_IN,
    /// Registered: takes deliveries in, and sends them after its Welcome.
    OPENING,
    /// Welcome was sent.
    OPEN,
    /// Goodbye was sent, or the connection is closed.
    CLOSED
  }

  /// A connection that has just been made; on its event loop.
  public Session(SessionContext context, SessionLoop loop, Transport transport) {
    this.context = context;
    this.loop = loop;
    this.transport = transport;
    loop.wheel().schedule(this, loop.wheel().now() + context.config().helloTimeout().toNanos());
  }

  /// The device sent a frame.
  public void receive(byte[] bytes) {
    if (bytes.length > largestFrame()) {
      frameTooLarge();
      return;
    }
    RelayedFrame frame;
    try {
      frame = RelayedFrame.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      protocolError("frame: cannot be read (expected: a ClientFrame)");
      return;
    }
    switch (state) {
      case NEW -> hello(frame);
      case SIGNING_IN, OPENING ->
          protocolError("frame before Welcome: " + frame.getFrameCase() + " (expected: none)");
      case OPEN -> handle(frame);
      case CLOSED -> {}
    }
  }

  /// The device sent something that is no frame.
  public void protocolError(String message) {
    end(ConnectionError.PROTOCOL_ERROR.refusal(message));
  }

  /// The device sent a frame that is too large to be read.
  public void frameTooLarge() {
    end(
        ConnectionError.FRAME_TOO_LARGE.refusal(
            "frame: too large (expected: at most " + largestFrame() + " bytes)"));
  }

  private int largestFrame() {
    SessionConfig.Limits limits = context.config().limits();
    return state == State.OPEN ? limits.frameSize() : limits.helloSize();
  }

  /// There is no room for this connection.
  public void overloaded() {
    end(ConnectionError.OVERLOADED.refusal("connections: too many on this gateway"));
  }

  /// The first frame: verifies whose the device is.
  private void hello(RelayedFrame frame) {
    if (!frame.hasHello()) {
      protocolError("first frame: " + frame.getFrameCase() + " (expected: HELLO)");
    } else if (context.sessions().drainNotice() != null) {
      end(ConnectionError.draining());
    } else {
      Hello hello = frame.getHello();
      state = State.SIGNING_IN;
      SignIn.verify(hello, context, loop.answer(identity -> signedIn(identity, hello), this::end));
    }
  }

  /// The token or ticket is good: registers the session and reads the user's mailbox version.
  private void signedIn(Identity identity, Hello hello) {
    if (state != State.SIGNING_IN) {
      return;
    }
    if (context.sessions().drainNotice() != null) {
      end(ConnectionError.draining());
      return;
    }
    state = State.OPENING;
    device =
        new ConnectedDevice(
            identity.userId(),
            hello.getDeviceId(),
            context.sessions().nextId(),
            hello.getConnectionNumber(),
            context.sessions().nowMillis());
    heartbeatAt = loop.wheel().now();
    loop.wheel().schedule(this, heartbeatAt + context.config().heartbeat().timeout().toNanos());
    context.sessions().add(this);
    context.presence().connected(device);
    // Registered first: a message that is newer than the version read now is delivered.
    context
        .messages()
        .mailboxVersion(
            device.userId(),
            loop.answer(
                version -> open(identity, hello, version), unknown -> open(identity, hello, null)));
  }

  /// Sends Welcome, and what was delivered since the session was registered.
  private void open(Identity identity, Hello hello, @Nullable Long mailboxVersion) {
    if (state != State.OPENING) {
      return;
    }
    state = State.OPEN;
    context.metrics().opened(hello.hasResumeTicket());
    transport.opened();
    transport.send(SignIn.welcome(context, device, identity, hello, mailboxVersion));
    sendUnacknowledged();
    if (lagging) {
      transport.send(LAGGING);
    }
    DrainNotice notice = context.sessions().drainNotice();
    if (notice != null) {
      goAway(notice);
    }
  }

  private void handle(RelayedFrame frame) {
    switch (frame.getFrameCase()) {
      case DELIVERY_ACK -> acknowledge(frame.getDeliveryAck());
      case HEARTBEAT -> heartbeat(frame.getHeartbeat());
      case SEND, SYNC, HISTORY, GROUP -> request(frame);
      case HELLO -> protocolError("hello: a second one (expected: one)");
      case FRAME_NOT_SET -> protocolError("frame: empty (expected: a frame)");
    }
  }

  private void heartbeat(Heartbeat heartbeat) {
    context.metrics().requests.increment();
    heartbeatAt = loop.wheel().now();
    if (unansweredRequests < context.config().limits().requests()) {
      unansweredRequests++;
      Requests.heartbeat(heartbeat, device.userId(), context.messages(), this::answer);
    } else {
      send(Requests.heartbeatAck(heartbeat, null));
    }
  }

  private void request(RelayedFrame frame) {
    context.metrics().requests.increment();
    try {
      Requests.check(frame, context.config().limits(), unansweredRequests);
    } catch (dev.carillon.runtime.errors.Refusal problem) {
      context.metrics().refusals.increment();
      send(Requests.refused(Requests.id(frame), Refusals.toFrame(problem)));
      return;
    }
    if (frame.hasSync() && frame.getSync().getPageToken().isEmpty()) {
      // The device catches up from here on, so deliveries go on.
      lagging = false;
    }
    unansweredRequests++;
    Requests.submit(frame, device, context, this::answer);
  }

  /// Sends the answer to a request; any thread.
  private void answer(ServerFrame answer) {
    loop.execute(() -> {
      unansweredRequests--;
      send(answer);
    });
  }

  private void send(ServerFrame frame) {
    if (state == State.OPEN) {
      transport.send(frame);
    }
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
    if (window == null) {
      window = new DeliveryWindow();
    }
    long now = loop.wheel().now();
    window.add(message, now);
    lastDelivery++;
    loop.wheel().hasten(this, now + context.config().delivery().redeliveryAfter().toNanos());
    context.metrics().delivered.increment();
    if (state == State.OPEN) {
      transport.deliver(message, lastDelivery);
    }
  }

  private boolean hasRoom(int size) {
    SessionConfig.Deliveries limits = context.config().delivery();
    if (window != null && window.isFull(size, limits.window(), limits.windowBytes())) {
      return false;
    }
    return state != State.OPEN || transport.isWritable();
  }

  private void leaveOut() {
    context.metrics().leftOut.increment();
    if (!lagging) {
      lagging = true;
      context.metrics().lagging.increment();
      send(LAGGING);
    }
  }

  private void acknowledge(DeliveryAck ack) {
    int count = window == null ? 0 : window.count();
    long processed = ack.getDeliveryNumber() - (lastDelivery - count);
    if (ack.getDeliveryNumber() > lastDelivery) {
      protocolError(
          "delivery_number: %d (expected: at most %d)"
              .formatted(ack.getDeliveryNumber(), lastDelivery));
    } else if (processed > 0 && window != null) {
      window.acknowledge(
          processed,
          loop.wheel().now(),
          message -> context.metrics().endTrace(message.traceParent(), device));
      context.metrics().acknowledged.add(processed);
    }
  }

  private void sendUnacknowledged() {
    if (window != null) {
      long number = lastDelivery - window.count();
      for (EncodedMessage message : window) {
        transport.deliver(message, ++number);
      }
    }
  }

  @Override
  protected long expired(long now) {
    return switch (state) {
      case NEW, SIGNING_IN -> {
        end(
            ConnectionError.HELLO_TIMEOUT.refusal(
                "hello: none (expected: within " + context.config().helloTimeout() + ")"));
        yield TimerWheel.NEVER;
      }
      case OPENING, OPEN -> overdue(now);
      case CLOSED -> {
        transport.terminate();
        yield TimerWheel.NEVER;
      }
    };
  }

  /// Ends the session when its heartbeat is overdue, and redelivers when acknowledgements are;
  /// returns the next deadline.
  private long overdue(long now) {
    SessionConfig config = context.config();
    long offlineAt = heartbeatAt + config.heartbeat().timeout().toNanos();
    if (now >= offlineAt) {
      end(
          ConnectionError.HEARTBEAT_TIMEOUT.refusal(
              "heartbeat: none (expected: within " + config.heartbeat().timeout() + ")"));
      return TimerWheel.NEVER;
    }
    DeliveryWindow unacknowledged = window;
    if (unacknowledged == null || unacknowledged.count() == 0) {
      window = null;
      return offlineAt;
    }
    long redeliveryAfter = config.delivery().redeliveryAfter().toNanos();
    if (now >= unacknowledged.progressAt() + redeliveryAfter) {
      redeliver(unacknowledged, now);
    }
    return state == State.CLOSED
        ? TimerWheel.NEVER
        : Math.min(offlineAt, unacknowledged.progressAt() + redeliveryAfter);
  }

  private void redeliver(DeliveryWindow unacknowledged, long now) {
    if (unacknowledged.again(now) > context.config().delivery().tries()) {
      end(
          ConnectionError.NOT_ACKNOWLEDGING.refusal(
              "deliveries: %d not acknowledged (expected: after at most %d tries)"
                  .formatted(unacknowledged.count(), context.config().delivery().tries())));
    } else if (transport.isWritable()) {
      context.metrics().redelivered.add(unacknowledged.count());
      if (state == State.OPEN) {
        sendUnacknowledged();
      }
    }
  }

  @Override
  public void goAway(DrainNotice notice) {
    send(Goodbyes.goAway(notice));
  }

  @Override
  public void end(Refusal reason) {
    if (state == State.CLOSED) {
      return;
    }
    context.metrics().ended(reason.getReason());
    leave();
    // A peer that does not close must not keep the connection.
    loop.wheel().schedule(this, loop.wheel().now() + LINGER.toNanos());
    transport.goodbye(Goodbyes.goodbye(reason, context.sessions().drainNotice()));
  }

  /// The connection is closed, by either side.
  public void closed() {
    loop.wheel().cancel(this);
    if (state != State.CLOSED) {
      context.metrics().ended("CLOSED_BY_PEER");
      leave();
    }
  }

  private void leave() {
    boolean registered = state == State.OPENING || state == State.OPEN;
    state = State.CLOSED;
    window = null;
    if (registered) {
      context.sessions().remove(this);
      context.presence().gone(device);
    }
  }

  @Override
  public ConnectedDevice device() {
    return device;
  }

  @Override
  public SessionLoop loop() {
    return loop;
  }
}
