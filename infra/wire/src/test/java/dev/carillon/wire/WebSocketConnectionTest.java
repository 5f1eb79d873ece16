package dev.carillon.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.v1.ServerFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketConnectionTest {
  private static final byte[] SWITCHED = "HTTP/1.1 101 Switched\r\n\r\n".getBytes(US_ASCII);

  private final Loop loop = Loop.start();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));

  WebSocketConnectionTest() throws IOException {}

  @AfterEach
  void stop() throws IOException {
    loop.close();
    server.close();
  }

  @Test
  void readsNothingWhenItIsNotToReadBeforeItIsThere() throws IOException {
    WireConnection connection = open();
    connection.reads(false);
    try (Socket gateway = server.accept()) {
      gateway.getOutputStream().write(SWITCHED);
      await().during(Duration.ofMillis(100)).until(events::isEmpty);
      connection.reads(true);

      await().untilAsserted(() -> assertThat(events).containsExactly("opened"));
    }
    await().until(() -> events.size() == 2);
  }

  @Test
  void endsAtAFrameOfMoreThanOneMebibyte() throws IOException {
    open();
    try (Socket gateway = server.accept()) {
      OutputStream out = gateway.getOutputStream();
      out.write(SWITCHED);
      out.write(new byte[] {(byte) 0x82, 127, 0, 0, 0, 0, 0, 0x20, 0, 0});
      out.write(new byte[1 << 20]);

      await()
          .untilAsserted(() ->
              assertThat(events)
                  .containsExactly(
                      "opened", "java.io.IOException: a unit of more than 1048576 bytes"));
    }
  }

  private WireConnection open() {
    String endpoint = "127.0.0.1:" + server.getLocalPort();
    return Transport.WEB_SOCKET.open(endpoint, new Noted(), loop);
  }

  /// Notes what a device was told.
  private final class Noted implements WireConnection.Events {
    @Override
    public void opened() {
      events.add("opened");
    }

    @Override
    public void received(ServerFrame frame) {
      events.add("frame");
    }

    @Override
    public void closed(String why) {
      events.add(why);
    }
  }
}
