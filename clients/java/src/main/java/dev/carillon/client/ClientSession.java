package dev.carillon.client;

import com.google.protobuf.ByteString;
import dev.carillon.client.transport.Backoff;
import dev.carillon.client.transport.SerialExecutor;
import dev.carillon.client.transport.Timers;
import dev.carillon.client.transport.Transport;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.connection.v1.DeliveryAck;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Sync;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The inside of a client: the loop that owns all state, and the inbox that passes messages to the
/// listener.
final class ClientSession implements Connector.Events, Inbox.Source {
  /// Gateways hold little for a device that has not acknowledged: a few large messages.
  private static final int BYTES_TO_ACK_AT_ONCE = 16 << 10;

  private static final int MESSAGES_AFTER_SIGN_IN = 20;
  private static final Duration FIRST_SYNC_PAUSE = Duration.ofMillis(500);
  private static final Duration LAST_SYNC_PAUSE = Duration.ofSeconds(10);

  private final ClientOptions options;
  private final SerialExecutor loop = new SerialExecutor("carillon-client");
  private final SerialExecutor inboxThread = new SerialExecutor("carillon-client-inbox");
  private final Requests requests = new Requests(loop);
  private final CompletableFuture<String> signedIn = new CompletableFuture<>();
  private final Connector connector;
  private final Inbox inbox;
  private volatile ConnectionState state = ConnectionState.CONNECTING;

  // The rest belongs to the loop.
  private @Nullable Transport transport;
  private Duration ackDelay = Duration.ZERO;
  private int ackAtOnce = 1;
  private long connection;
  private long processed;
  private long acknowledged;
  private long unacknowledgedBytes;
  private boolean ackArmed;
  private boolean syncPending;

  /// How often in a row messages could not be processed; above zero a sync is due, regardless of
  /// the versions.
  private int failures;

  ClientSession(ClientOptions options) {
    this.options = options;
    inbox = new Inbox(options.cursors(), options.listener(), options.initialHistory(), this);
    connector = new Connector(options, loop, this);
    state(ConnectionState.CONNECTING);
    loop.execute(connector::connect);
  }

  CompletableFuture<String> signedIn() {
    return signedIn.copy();
  }

  /// Where the connection stands. For any thread; the listener gets the same states later, after
  /// the messages before them.
  ConnectionState state() {
    return state;
  }

  CompletableFuture<ServerFrame> request(
      Requests.FrameMaker frames, @Nullable String queue, Duration timeout) {
    CompletableFuture<ServerFrame> answer = new CompletableFuture<>();
    loop.execute(() ->
        requests
            .submit(frames, queue, timeout)
            .whenComplete((frame, failure) -> {
              if (failure == null) {
                answer.complete(frame);
              } else {
                answer.completeExceptionally(failure);
              }
            }));
    return answer;
  }

  CompletableFuture<ServerFrame> history(History history) {
    return request(
        (requestId, resend) ->
            ClientFrame.newBuilder()
                .setHistory(history.toBuilder().setRequestId(requestId))
                .build(),
        null,
        options.requestTimeout());
  }

  CompletableFuture<Long> sync() {
    CompletableFuture<Long> done = new CompletableFuture<>();
    inboxThread.execute(() -> {
      try {
        done.complete(inbox.sync(MESSAGES_AFTER_SIGN_IN));
      } catch (RuntimeException failure) {
        done.completeExceptionally(failure);
      }
    });
    return done;
  }

  void close(CarillonException cause) {
    loop.execute(() -> {
      connector.close();
      ended(cause);
    });
  }

  @Override
  public void welcomed(Transport open, Welcome welcome) {
    transport = open;
    connection++;
    processed = 0;
    acknowledged = 0;
    unacknowledgedBytes = 0;
    ackDelay =
        Duration.ofSeconds(welcome.getAckDelay().getSeconds(), welcome.getAckDelay().getNanos());
    ackAtOnce = Math.max(1, welcome.getCreditWindow() / 2);
    state(ConnectionState.CONNECTED);
    requests.connected(open, welcome.getLimits().getMaxRequestsInFlight());
    signedIn.complete(welcome.getUserId());
    boolean behind =
        !welcome.hasMailboxVersion()
            || welcome.getMailboxVersion() != options.cursors().mailboxVersion();
    if (behind || failures > 0) {
      wantSync(MESSAGES_AFTER_SIGN_IN);
    }
  }

  @Override
  public void received(ServerFrame frame) {
    switch (frame.getFrameCase()) {
      case SEND_ACK -> requests.answered(frame.getSendAck().getRequestId(), frame);
      case SYNC_PAGE -> requests.answered(frame.getSyncPage().getRequestId(), frame);
      case HISTORY_PAGE -> requests.answered(frame.getHistoryPage().getRequestId(), frame);
      case GROUP_ACK -> requests.answered(frame.getGroupAck().getRequestId(), frame);
      case REFUSED ->
          requests.refused(frame.getRefused().getRequestId(), frame.getRefused().getRefusal());
      case DELIVER -> delivered(frame.getDeliver());
      case LAGGING -> wantSync(MESSAGES_AFTER_SIGN_IN);
      case HEARTBEAT_ACK -> {
        // Smaller than ours after a restored database: then, too, a sync is needed.
        boolean elsewhere =
            frame.getHeartbeatAck().hasMailboxVersion()
                && frame.getHeartbeatAck().getMailboxVersion()
                    != options.cursors().mailboxVersion();
        if (elsewhere) {
          // Most of what changed was delivered live: ask for the threads alone and pull where one
          // is behind.
          wantSync(options.initialHistory() == InitialHistory.ALL ? 0 : MESSAGES_AFTER_SIGN_IN);
        }
      }
      case WELCOME, GO_AWAY, GOODBYE, FRAME_NOT_SET -> {
        // The connector's, or of a later release.
      }
    }
  }

  @Override
  public void lost() {
    transport = null;
    requests.disconnected();
    state(ConnectionState.CONNECTING);
  }

  @Override
  public void ended(CarillonException cause) {
    transport = null;
    inbox.close();
    requests.close(cause);
    signedIn.completeExceptionally(cause);
    state(ConnectionState.CLOSED);
  }

  private void state(ConnectionState next) {
    state = next;
    inboxThread.execute(() -> options.listener().onState(next));
  }

  private void delivered(Deliver deliver) {
    long from = connection;
    inboxThread.execute(() -> {
      try {
        inbox.take(deliver.getMessage());
        int size = deliver.getMessage().getSerializedSize();
        loop.execute(() -> processed(from, deliver.getDeliveryNumber(), size));
      } catch (RuntimeException failure) {
        // Not acknowledged: the server delivers it again while the session lasts. Whether it does
        // or not, a sync finds it.
        catchUpAfter(failure);
      }
    });
  }

  private void processed(long from, long number, int size) {
    if (from != connection || number != processed + 1) {
      return;
    }
    processed = number;
    unacknowledgedBytes += size;
    if (processed - acknowledged >= ackAtOnce || unacknowledgedBytes >= BYTES_TO_ACK_AT_ONCE) {
      acknowledge();
    } else if (!ackArmed) {
      ackArmed = true;
      Timers.after(ackDelay, loop, this::acknowledge);
    }
  }

  private void acknowledge() {
    ackArmed = false;
    Transport open = transport;
    if (open != null && processed > acknowledged) {
      acknowledged = processed;
      unacknowledgedBytes = 0;
      open.send(
          ClientFrame.newBuilder()
              .setDeliveryAck(DeliveryAck.newBuilder().setDeliveryNumber(processed))
              .build());
    }
  }

  /// Queues one sync behind the inbox's current work; requests that come while it waits share it.
  private void wantSync(int messagesPerThread) {
    if (syncPending || !options.receiving()) {
      return;
    }
    syncPending = true;
    inboxThread.execute(() -> {
      loop.execute(() -> syncPending = false);
      try {
        inbox.sync(messagesPerThread);
        loop.execute(() -> failures = 0);
      } catch (RuntimeException failure) {
        catchUpAfter(failure);
      }
    });
  }

  /// Fetches messages that could not be processed by another sync, after a pause or as soon as
  /// there is a connection again, until one succeeds or the client is closed.
  private void catchUpAfter(RuntimeException failure) {
    if (state == ConnectionState.CLOSED) {
      return;
    }
    options.listener().onError(failure);
    loop.execute(() -> {
      failures++;
      Timers.after(
          Backoff.fullJitter(FIRST_SYNC_PAUSE, LAST_SYNC_PAUSE, failures),
          loop,
          () -> {
            if (transport != null && failures > 0) {
              wantSync(MESSAGES_AFTER_SIGN_IN);
            }
          });
    });
  }

  @Override
  public ListMessagesResponse pull(
      ByteString conversationId, long afterSeq, long beforeSeq, int limit) {
    History history =
        History.newBuilder()
            .setConversationId(conversationId)
            .setAfterSeq(afterSeq)
            .setBeforeSeq(beforeSeq)
            .setLimit(limit)
            .build();
    return Inbox.await(history(history)).getHistoryPage().getPage();
  }

  @Override
  public SyncMailboxResponse page(long afterVersion, ByteString token, int messagesPerThread) {
    Requests.FrameMaker frames =
        (requestId, resend) ->
            ClientFrame.newBuilder()
                .setSync(
                    Sync.newBuilder()
                        .setRequestId(requestId)
                        .setAfterVersion(afterVersion)
                        .setPageToken(token)
                        .setMessagesPerThread(messagesPerThread))
                .build();
    return Inbox.await(request(frames, null, options.requestTimeout())).getSyncPage().getPage();
  }
}
