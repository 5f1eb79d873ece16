package dev.carillon.connection;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.DeliveryAck;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.NetworkKind;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A test's device: sends frames and keeps the frames that it receives.
abstract class Device implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<ServerFrame> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /// Sends bytes as one frame, whatever they are.
  abstract void sendBytes(byte[] bytes);

  final void send(ClientFrame frame) {
    sendBytes(frame.toByteArray());
  }

  final void send(ClientFrame.Builder frame) {
    send(frame.build());
  }

  final void hear(byte[] bytes) {
    try {
      heard.add(ServerFrame.parseFrom(bytes));
    } catch (java.io.IOException e) {
      throw new IllegalStateException("the server sent no frame", e);
    }
  }

  final void end() {
    ended.complete(null);
  }

  /// The next frame; fails when none comes.
  final ServerFrame next() {
    try {
      @Nullable ServerFrame frame = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no frame came");
      }
      return frame;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Whether nothing has come that was not looked at.
  final boolean isQuiet() {
    return heard.isEmpty();
  }

  /// Skips to Goodbye and returns its reason, once the connection has ended.
  final String goodbye() {
    ServerFrame frame = next();
    while (!frame.hasGoodbye()) {
      frame = next();
    }
    awaitEnd();
    return frame.getGoodbye().getRefusal().getReason();
  }

  final void awaitEnd() {
    ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  final boolean isEnded() {
    return ended.isDone();
  }

  /// Signs in and returns the Welcome.
  final Welcome signIn(String token, String deviceId) {
    send(ClientFrame.newBuilder().setHello(hello(deviceId).setToken(token)));
    return next().getWelcome();
  }

  final void acknowledge(long number) {
    send(
        ClientFrame.newBuilder()
            .setDeliveryAck(DeliveryAck.newBuilder().setDeliveryNumber(number)));
  }

  static Hello.Builder hello(String deviceId) {
    return Hello.newBuilder()
        .setProtocolVersion(1)
        .setDeviceId(deviceId)
        .setAppVersion("test 1")
        .setNetworkKind(NetworkKind.NETWORK_KIND_WIFI);
  }

  @Override
  public abstract void close();
}
