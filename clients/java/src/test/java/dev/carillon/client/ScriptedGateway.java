package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.carillon.client.transport.Transport;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.HistoryPage;
import dev.carillon.connection.v1.Limits;
import dev.carillon.connection.v1.Refused;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.SyncPage;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.type.v1.AckLevel;
import dev.carillon.type.v1.Refusal;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A gateway in the hands of a test: it sees every connection and every frame, and says what the
/// test tells it to.
final class ScriptedGateway implements Transport.Factory {
  static final ByteString TICKET = ByteString.copyFromUtf8("ticket");
  private static final long PATIENCE_SECONDS = 10;

  private final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();

  /// A version that the Welcome leaves out.
  static final long UNKNOWN = -1;

  private final AtomicLong mailboxVersion = new AtomicLong();
  private volatile java.time.Duration ackDelay = java.time.Duration.ofMillis(1);
  private volatile java.time.Duration heartbeatInterval = java.time.Duration.ofMinutes(1);

  @Override
  public void connect(URI endpoint, Transport.Listener listener) {
    Connection connection = new Connection(endpoint, listener);
    connections.add(connection);
    listener.opened(connection);
  }

  /// What Welcome says from now on.
  void mailboxVersion(long version) {
    mailboxVersion.set(version);
  }

  /// What further connections are told about gathering acknowledgements.
  void ackDelay(java.time.Duration delay) {
    ackDelay = delay;
  }

  /// What Welcome advises from now on.
  void heartbeatInterval(java.time.Duration interval) {
    heartbeatInterval = interval;
  }

  /// The next connection that a client opens.
  Connection nextConnection() {
    return next(connections, "connection");
  }

  /// The next connection, welcomed.
  Connection nextWelcomed() {
    Connection connection = nextConnection();
    connection.welcome();
    return connection;
  }

  /// Whether no client has connected that the test has not taken.
  boolean isQuiet() {
    return connections.isEmpty();
  }

  private static <T> T next(BlockingQueue<T> queue, String what) {
    try {
      T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(next).as(what).isNotNull();
      return java.util.Objects.requireNonNull(next);
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  /// One connection as the gateway holds it.
  final class Connection implements Transport {
    private final URI endpoint;
    private final Transport.Listener listener;
    private final BlockingQueue<ClientFrame> frames = new LinkedBlockingQueue<>();
    private long deliveries;
    private boolean closed;
    private volatile boolean answersHeartbeats;

    private Connection(URI endpoint, Transport.Listener listener) {
      this.endpoint = endpoint;
      this.listener = listener;
    }

    @Override
    public void send(ClientFrame frame) {
      if (frame.hasHeartbeat() && answersHeartbeats) {
        say(
            ServerFrame.newBuilder()
                .setHeartbeatAck(
                    HeartbeatAck.newBuilder().setToken(frame.getHeartbeat().getToken()))
                .build());
      }
      frames.add(frame);
    }

    @Override
    public void close() {
      drop(null);
    }

    /// Answers every heartbeat before the client can miss the answer.
    void answerHeartbeats() {
      answersHeartbeats = true;
    }

    URI endpoint() {
      return endpoint;
    }

    /// The connection is gone.
    synchronized void drop(@Nullable Throwable cause) {
      if (!closed) {
        closed = true;
        listener.closed(cause);
      }
    }

    synchronized boolean isClosed() {
      return closed;
    }

    Hello hello() {
      return frame(ClientFrame::hasHello).getHello();
    }

    Hello welcome() {
      Hello hello = hello();
      Welcome.Builder welcome =
          Welcome.newBuilder()
              .setUserId("ann")
              .setSessionId(1)
              .setHeartbeatInterval(
                  Duration.newBuilder()
                      .setSeconds(heartbeatInterval.getSeconds())
                      .setNanos(heartbeatInterval.getNano()))
              .setAckDelay(
                  Duration.newBuilder()
                      .setSeconds(ackDelay.getSeconds())
                      .setNanos(ackDelay.getNano()))
              .setCreditWindow(100)
              .setResumeTicket(TICKET)
              .setLimits(Limits.newBuilder().setMaxRequestsInFlight(100));
      if (mailboxVersion.get() != UNKNOWN) {
        welcome.setMailboxVersion(mailboxVersion.get());
      }
      say(ServerFrame.newBuilder().setWelcome(welcome).build());
      return hello;
    }

    /// The next frame that fits; frames that do not are passed over.
    ClientFrame frame(Predicate<ClientFrame> fits) {
      while (true) {
        ClientFrame frame = next(frames, "frame");
        if (fits.test(frame)) {
          return frame;
        }
      }
    }

    void say(ServerFrame frame) {
      listener.received(frame);
    }

    void stored(dev.carillon.connection.v1.Send send, long seq) {
      say(
          ServerFrame.newBuilder()
              .setSendAck(
                  SendAck.newBuilder()
                      .setRequestId(send.getRequestId())
                      .setConversationId(Messages.CONVERSATION)
                      .setSeq(seq)
                      .setPrevSeq(seq - 1)
                      .setClientMessageId(send.getClientMessageId())
                      .setLevel(AckLevel.ACK_LEVEL_STORED))
              .build());
    }

    void refuse(long requestId, String reason, boolean retryable) {
      say(
          ServerFrame.newBuilder()
              .setRefused(
                  Refused.newBuilder()
                      .setRequestId(requestId)
                      .setRefusal(Refusal.newBuilder().setReason(reason).setRetryable(retryable)))
              .build());
    }

    void refuseFor(long requestId, long millis) {
      Refusal.Builder refusal =
          Refusal.newBuilder()
              .setReason("OVERLOADED")
              .setRetryable(true)
              .putMetadata("retry_after_ms", Long.toString(millis));
      say(
          ServerFrame.newBuilder()
              .setRefused(Refused.newBuilder().setRequestId(requestId).setRefusal(refusal))
              .build());
    }

    void deliver(dev.carillon.type.v1.Message message) {
      redeliver(++deliveries, message);
    }

    void redeliver(long number, dev.carillon.type.v1.Message message) {
      say(
          ServerFrame.newBuilder()
              .setDeliver(Deliver.newBuilder().setDeliveryNumber(number).setMessage(message))
              .build());
    }

    void history(long requestId, List<dev.carillon.type.v1.Message> messages) {
      say(
          ServerFrame.newBuilder()
              .setHistoryPage(
                  HistoryPage.newBuilder()
                      .setRequestId(requestId)
                      .setConversationId(Messages.CONVERSATION)
                      .setPage(ListMessagesResponse.newBuilder().addAllMessages(messages)))
              .build());
    }

    void syncPage(long requestId, SyncMailboxResponse page) {
      say(
          ServerFrame.newBuilder()
              .setSyncPage(SyncPage.newBuilder().setRequestId(requestId).setPage(page))
              .build());
    }
  }
}
