package dev.carillon.local;

import com.google.protobuf.ByteString;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.installation.Installation;
import dev.carillon.installation.LocalTokens;
import dev.carillon.wire.Frames;
import dev.carillon.wire.Loop;
import dev.carillon.wire.Transport;
import dev.carillon.wire.WebSocketHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A device without the SDK, which can say what no honest device says.
final class RawDevice extends WebSocketHandler implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Loop loop = Loop.start();
  private final BlockingQueue<ServerFrame> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();

  private RawDevice() {}

  /// Opens the connection and says nothing yet.
  static RawDevice connect(Installation installation) {
    RawDevice device = new RawDevice();
    device.connect(device.loop, Transport.address(installation.endpoints().getFirst()));
    device.opened.orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS).join();
    return device;
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
    return Frames.send(
        1,
        "",
        ByteString.copyFrom(conversation.bytes()),
        ByteString.copyFrom(id.bytes()),
        ByteString.copyFromUtf8(text),
        false);
  }

  void send(ClientFrame frame) {
    send(Frames.bytes(frame));
  }

  /// Sends what need not be a frame of the protocol.
  void sendContent(byte[] content) {
    send(Frames.bytes(content));
  }

  /// The next frame from the gateway.
  ServerFrame next() throws InterruptedException {
    ServerFrame frame = received.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (frame == null) {
      throw new AssertionError("no frame within " + LIMIT);
    }
    return frame;
  }

  /// Completes when the gateway has closed the connection.
  CompletableFuture<String> closed() {
    return closed;
  }

  @Override
  protected void opened() {
    opened.complete(null);
  }

  @Override
  protected void binary(byte[] bytes, int begin, int end, long now) {
    received.add(parse(bytes, begin, end));
  }

  @Override
  public void closed(String why) {
    opened.completeExceptionally(new IllegalStateException(why));
    closed.complete(why);
  }

  @Override
  public void close() {
    abort();
    loop.close();
  }
}
