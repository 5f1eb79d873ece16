package dev.carillon.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What only the client port knows: WebSocket frames, HTTP, and sockets that are slow.
final class WebSocketTransportTest {
  private static final String HANDSHAKE =
      """
      GET /api/v1/connect HTTP/1.1\r
      Host: localhost\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      \r
      """;

  private final TestGateway gateway = TestGateway.start();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void refusesTextMessages() {
    WebSocketDevice device = gateway.webSocket();

    device.sendText("hello");

    assertThat(device.goodbye()).isEqualTo("PROTOCOL_ERROR");
    assertThat(device.closeCode()).isEqualTo(1002);
  }

  @Test
  void tellsTheKindOfEndInTheCloseCodeToo() {
    WebSocketDevice unsigned = gateway.webSocket();
    unsigned.send(ClientFrame.newBuilder().setHello(Device.hello("phone").setToken("nonsense")));
    WebSocketDevice large = gateway.webSocket();
    large.sendBytes(new byte[TestGateway.MAX_FRAME + 1]);

    assertThat(unsigned.goodbye()).isEqualTo("TOKEN_INVALID");
    assertThat(unsigned.closeCode()).isEqualTo(1008);
    assertThat(large.goodbye()).isEqualTo("FRAME_TOO_LARGE");
    assertThat(large.closeCode()).isEqualTo(1009);
  }

  @Test
  void takesAFrameThatComesInParts() {
    WebSocketDevice device = gateway.webSocket();
    byte[] hello =
        ClientFrame.newBuilder()
            .setHello(Device.hello("phone").setToken(gateway.token("ann")))
            .build()
            .toByteArray();

    device.sendParts(Arrays.copyOf(hello, 10), Arrays.copyOfRange(hello, 10, hello.length));

    assertThat(device.next().getWelcome().getUserId()).isEqualTo("ann");
  }

  @Test
  void bordersFramesThatComeInManyParts() {
    WebSocketDevice device = gateway.webSocket();
    byte[] stranger = new byte[10_000];
    WebSocketDevice known = gateway.webSocket();
    known.signIn(gateway.token("bob"), "phone");
    byte[] half = new byte[TestGateway.MAX_FRAME / 2 + 1];

    device.sendParts(stranger, stranger);
    known.sendParts(half, half);

    assertThat(device.goodbye()).isEqualTo("FRAME_TOO_LARGE");
    assertThat(known.goodbye()).isEqualTo("FRAME_TOO_LARGE");
  }

  @Test
  void endsAConnectionWhoseFramesAreNotMasked() throws IOException {
    try (Socket socket = handshake()) {
      socket.getOutputStream().write(new byte[] {(byte) 0x82, 1, 0});

      byte[] answer = socket.getInputStream().readAllBytes();

      assertThat(goodbye(answer)).isEqualTo("PROTOCOL_ERROR");
    }
  }

  @Test
  void answersAPingWithItsContent() throws IOException {
    try (Socket socket = handshake()) {
      socket.getOutputStream().write(new byte[] {(byte) 0x89, (byte) 0x82, 0, 0, 0, 0, 7, 9});

      assertThat(socket.getInputStream().readNBytes(4))
          .containsExactly((byte) 0x8A, (byte) 2, (byte) 7, (byte) 9);
    }
  }

  @Test
  void answersAClose() throws IOException {
    try (Socket socket = handshake()) {
      socket
          .getOutputStream()
          .write(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8});

      assertThat(socket.getInputStream().readAllBytes())
          .containsExactly((byte) 0x88, (byte) 2, (byte) 0x03, (byte) 0xE8);
    }
  }

  @Test
  void answersOtherPathsWithNotFound() throws Exception {
    HttpResponse<String> unknown = get("/other");
    HttpResponse<String> plain = get("/api/v1/connect");

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("\"reason\":\"NOT_FOUND\"");
    assertThat(plain.statusCode()).isEqualTo(426);
  }

  @Test
  void servesHttpRoutesOnTheSameConnections() throws Exception {
    for (String text : new String[] {"one", "two"}) {
      HttpRequest request =
          HttpRequest.newBuilder(uri("/echo"))
              .POST(HttpRequest.BodyPublishers.ofString(text))
              .build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo(text);
    }
    assertThat(get("/fail").statusCode()).isEqualTo(500);
    assertThat(gateway.app.connections()).isEqualTo(1);
  }

  @Test
  void bordersTheBodiesOfRequests() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/echo"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[TestGateway.MAX_FRAME + 1]))
            .build();

    assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(413);
  }

  @Test
  void answersWhatIsNoHttpWithBadRequestAndCloses() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.app.clientPort())) {
      socket.getOutputStream().write("what is this\r\n\r\n".getBytes(UTF_8));

      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void closesAConnectionThatNeverAsksAnything() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.app.clientPort())) {
      await()
          .until(() -> {
            gateway.clock.advance(Duration.ofSeconds(1));
            return gateway.app.connections() == 0
                && gateway.clock.nanos() > TestGateway.HELLO_TIMEOUT.toNanos();
          });
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void leavesASlowDeviceBehindAndServesItsNeighbour() {
    gateway.messages.version("bob", 1);
    WebSocketDevice slow = gateway.webSocket();
    slow.signIn(gateway.token("bob"), "slow");
    WebSocketDevice quick = gateway.webSocket();
    quick.signIn(gateway.token("bob"), "quick");
    slow.pause();

    int sent = 200;
    for (int seq = 1; seq <= sent; seq++) {
      gateway.deliver(seq, seq, "bob");
      ServerFrame frame = quick.next();
      assertThat(frame.getDeliver().getMessage().getSeq()).isEqualTo(seq);
      quick.acknowledge(frame.getDeliver().getDeliveryNumber());
      TransportContract.awaitHandled(quick);
    }

    slow.resume();
    for (int number = 1; number <= TestGateway.WINDOW; number++) {
      assertThat(slow.next().getDeliver().getDeliveryNumber()).isEqualTo(number);
    }
    assertThat(slow.next().hasLagging()).isTrue();
    assertThat(slow.isQuiet()).isTrue();
  }

  private Socket handshake() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.app.clientPort());
    socket.getOutputStream().write(HANDSHAKE.getBytes(UTF_8));
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
      head.write(in.read());
    }
    assertThat(head.toString(UTF_8)).startsWith("HTTP/1.1 101");
    return socket;
  }

  /// The reason in the first of these WebSocket frames.
  private static String goodbye(byte[] frames) throws IOException {
    int length = frames[1];
    int begin = 2;
    if (length == 126) {
      length = Byte.toUnsignedInt(frames[2]) << 8 | Byte.toUnsignedInt(frames[3]);
      begin = 4;
    }
    return ServerFrame.parseFrom(Arrays.copyOfRange(frames, begin, begin + length))
        .getGoodbye()
        .getRefusal()
        .getReason();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.app.clientPort() + path);
  }
}
