package dev.carillon.connection;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A device on a WebSocket of the JDK's client.
final class WebSocketDevice extends Device {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private final WebSocket socket;
  private volatile boolean paused;

  WebSocketDevice(int port) {
    URI uri = URI.create("ws://127.0.0.1:" + port + "/api/v1/connect");
    socket = HTTP.newWebSocketBuilder().buildAsync(uri, new Listener()).join();
  }

  @Override
  void sendBytes(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).exceptionally(gone -> socket).join();
  }

  void sendText(String text) {
    socket.sendText(text, true).join();
  }

  void sendParts(byte[] one, byte[] other) {
    socket.sendBinary(ByteBuffer.wrap(one), false).join();
    socket.sendBinary(ByteBuffer.wrap(other), true).join();
  }

  /// Reads nothing from now on.
  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    socket.request(1);
  }

  int closeCode() {
    return closeCode.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    socket.abort();
  }

  /// Gathers partial messages into whole frames.
  private final class Listener implements WebSocket.Listener {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      message.writeBytes(bytes);
      if (last) {
        hear(message.toByteArray());
        message.reset();
      }
      if (!paused) {
        socket.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closeCode.complete(code);
      end();
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      end();
    }
  }
}
