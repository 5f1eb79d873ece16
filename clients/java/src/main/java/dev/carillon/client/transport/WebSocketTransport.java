package dev.carillon.client.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Frames over a WebSocket of the JDK, one frame per binary message.
public final class WebSocketTransport implements Transport, WebSocket.Listener {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_FRAME_SIZE = 16 << 20;

  private final Transport.Listener listener;
  private final AtomicBoolean closedReported = new AtomicBoolean();
  private final Queue<ByteBuffer> outgoing = new ArrayDeque<>();
  private boolean sending;
  private @Nullable WebSocket socket;
  private ByteString partial = ByteString.EMPTY;

  private WebSocketTransport(Transport.Listener listener) {
    this.listener = listener;
  }

  /// Makes connections that share one HTTP client.
  public static Transport.Factory factory() {
    return (endpoint, listener) -> {
      WebSocketTransport transport = new WebSocketTransport(listener);
      SharedHttpClient.CLIENT
          .newWebSocketBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .buildAsync(endpoint, transport)
          .whenComplete((socket, failure) -> {
            if (failure != null) {
              transport.reportClosed(failure);
            }
          });
    };
  }

  /// Created with the first connection, for it costs a thread and some start-up time.
  private static final class SharedHttpClient {
    static final HttpClient CLIENT =
        HttpClient.newBuilder().executor(Executors.newVirtualThreadPerTaskExecutor()).build();
  }

  @Override
  public void onOpen(WebSocket opened) {
    synchronized (outgoing) {
      socket = opened;
    }
    listener.opened(this);
    opened.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    partial = partial.concat(ByteString.copyFrom(data));
    if (partial.size() > MAX_FRAME_SIZE) {
      return fail(from, new IllegalStateException("frame: over " + MAX_FRAME_SIZE + " bytes"));
    }
    if (last) {
      ByteString whole = partial;
      partial = ByteString.EMPTY;
      try {
        listener.received(ServerFrame.parseFrom(whole));
      } catch (InvalidProtocolBufferException malformed) {
        return fail(from, malformed);
      }
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    return fail(from, new IllegalStateException("a text message (expected: binary)"));
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    reportClosed(null);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    reportClosed(error);
  }

  @Override
  public void send(ClientFrame frame) {
    ByteBuffer bytes = frame.toByteString().asReadOnlyByteBuffer();
    synchronized (outgoing) {
      outgoing.add(bytes);
      if (sending) {
        return;
      }
      sending = true;
    }
    sendNext();
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
            reportClosed(failure);
          }
        });
  }

  @Override
  public void close() {
    WebSocket open;
    synchronized (outgoing) {
      open = socket;
    }
    if (open != null) {
      // Closing in order waits for the peer; an abort a moment later makes sure that it ends.
      open.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((closing, failure) -> open.abort());
    }
    reportClosed(null);
  }

  private @Nullable CompletionStage<?> fail(WebSocket from, Exception cause) {
    from.abort();
    reportClosed(cause);
    return null;
  }

  private void reportClosed(@Nullable Throwable cause) {
    if (closedReported.compareAndSet(false, true)) {
      listener.closed(cause);
    }
  }
}
