package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One WebSocket that carries frames and can stop reading.
final class WebSocketConnection implements WireConnection, WebSocket.Listener {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().executor(Executors.newVirtualThreadPerTaskExecutor()).build();

  private final Events events;
  private final ScheduledExecutorService timers;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Queue<ByteBuffer> outgoing = new ArrayDeque<>();
  private volatile long frozenUntil = System.nanoTime();
  private @Nullable WebSocket socket;
  private boolean sending;
  private ByteString partial = ByteString.EMPTY;

  private WebSocketConnection(Events events, ScheduledExecutorService timers) {
    this.events = events;
    this.timers = timers;
  }

  /// Begins to connect.
  static WebSocketConnection open(String endpoint, Events events, ScheduledExecutorService timers) {
    WebSocketConnection connection = new WebSocketConnection(events, timers);
    HTTP.newWebSocketBuilder()
        .connectTimeout(CONNECT_TIMEOUT)
        .buildAsync(URI.create("ws://" + endpoint + "/api/v1/connect"), connection)
        .whenComplete((opened, failure) -> {
          if (failure != null) {
            connection.end(String.valueOf(failure.getMessage()));
          }
        });
    return connection;
  }

  @Override
  public void freeze(Duration howLong) {
    frozenUntil = System.nanoTime() + howLong.toNanos();
  }

  @Override
  public void send(ClientFrame frame) {
    synchronized (outgoing) {
      outgoing.add(frame.toByteString().asReadOnlyByteBuffer());
      if (sending) {
        return;
      }
      sending = true;
    }
    sendNext();
  }

  @Override
  public void abort() {
    WebSocket open;
    synchronized (outgoing) {
      open = socket;
    }
    if (open != null) {
      open.abort();
    }
    end("aborted");
  }

  @Override
  public void onOpen(WebSocket opened) {
    synchronized (outgoing) {
      socket = opened;
    }
    if (closed.get()) {
      opened.abort();
      return;
    }
    events.opened();
    opened.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    partial = partial.concat(ByteString.copyFrom(data));
    if (last) {
      ByteString whole = partial;
      partial = ByteString.EMPTY;
      try {
        events.received(ServerFrame.parseFrom(whole));
      } catch (InvalidProtocolBufferException malformed) {
        from.abort();
        end("not a frame: " + malformed.getMessage());
        return null;
      }
    }
    long frozen = frozenUntil - System.nanoTime();
    if (frozen > 0) {
      timers.schedule(() -> from.request(1), frozen, TimeUnit.NANOSECONDS);
    } else {
      from.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    end("closed by the gateway: " + status + " " + reason);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end(String.valueOf(error.getMessage()));
  }

  /// The JDK's WebSocket takes one message at a time.
  private void sendNext() {
    ByteBuffer next;
    WebSocket to;
    synchronized (outgoing) {
      next = outgoing.poll();
      to = socket;
      if (next == null || to == null) {
        sending = false;
        return;
      }
    }
    to.sendBinary(next, true)
        .whenComplete((sent, failure) -> {
          if (failure == null) {
            sendNext();
          } else {
            end(String.valueOf(failure.getMessage()));
          }
        });
  }

  private void end(String why) {
    if (closed.compareAndSet(false, true)) {
      events.closed(why);
    }
  }
}
