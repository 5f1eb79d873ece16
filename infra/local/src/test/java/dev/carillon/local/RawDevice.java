package dev.carillon.local;

import com.google.protobuf.ByteString;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.installation.Installation;
import dev.carillon.installation.LocalTokens;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A device without the SDK, which can say what no honest device says.
final class RawDevice implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpClient http;
  private final WebSocket socket;
  private final Frames frames;

  private RawDevice(HttpClient http, WebSocket socket, Frames frames) {
    this.http = http;
    this.socket = socket;
    this.frames = frames;
  }

  /// Opens the connection and says nothing yet.
  static RawDevice connect(Installation installation) {
    HttpClient http = HttpClient.newHttpClient();
    Frames frames = new Frames();
    URI address = URI.create("ws://" + installation.endpoints().getFirst() + "/api/v1/connect");
    WebSocket socket =
        http.newWebSocketBuilder().connectTimeout(LIMIT).buildAsync(address, frames).join();
    return new RawDevice(http, socket, frames);
  }

  /// A Hello that would be accepted.
  static Hello.Builder hello(Installation installation, String user) {
    String token =
        new LocalTokens(Path.of(installation.tokenKeyFile()), InstantSource.system())
            .sign(user, Duration.ofHours(1));
    return Hello.newBuilder().setProtocolVersion(1).setToken(token).setDeviceId("raw");
  }

  /// Signs in and waits for the Welcome.
  RawDevice signIn(Installation installation, String user) throws InterruptedException {
    send(ClientFrame.newBuilder().setHello(hello(installation, user)).build());
    ServerFrame answer = next();
    if (!answer.hasWelcome()) {
      throw new AssertionError("expected: Welcome, but was: " + answer);
    }
    return this;
  }

  /// A frame that sends a text.
  static ClientFrame text(ConversationId conversation, String text, ClientMessageId id) {
    return ClientFrame.newBuilder()
        .setSend(
            Send.newBuilder()
                .setRequestId(1)
                .setConversationId(ByteString.copyFrom(conversation.bytes()))
                .setClientMessageId(ByteString.copyFrom(id.bytes()))
                .setBody(Body.newBuilder().setText(Text.newBuilder().setText(text))))
        .build();
  }

  void send(ClientFrame frame) {
    send(frame.toByteArray());
  }

  void send(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  /// The next frame from the gateway.
  ServerFrame next() throws InterruptedException {
    ServerFrame frame = frames.received.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (frame == null) {
      throw new AssertionError("no frame within " + LIMIT);
    }
    return frame;
  }

  /// Completes when the gateway has closed the connection.
  CompletableFuture<Integer> closed() {
    return frames.closed;
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  /// What the gateway says.
  private static final class Frames implements WebSocket.Listener {
    private final BlockingQueue<ServerFrame> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      part.writeBytes(bytes);
      if (last) {
        received.add(parse(part.toByteArray()));
        part.reset();
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private static ServerFrame parse(byte[] bytes) {
      try {
        return ServerFrame.parseFrom(bytes);
      } catch (com.google.protobuf.InvalidProtocolBufferException e) {
        throw new IllegalStateException("not a ServerFrame", e);
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed.complete(code);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.complete(-1);
    }
  }
}
