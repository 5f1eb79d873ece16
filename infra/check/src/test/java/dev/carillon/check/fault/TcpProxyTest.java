package dev.carillon.check.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TcpProxyTest {
  private static final int NOTHING_COMES_MILLIS = 150;
  private static final int SOMETHING_COMES_MILLIS = 30_000;

  private EchoServer server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = EchoServer.start();
    proxy = TcpProxy.open("test", server.port(), 1);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void everythingPassesUnchanged() throws IOException {
    byte[] sent = new byte[1 << 20];
    new Random(3).nextBytes(sent);
    try (Socket client = connect()) {
      Thread.ofVirtual().start(() -> writeAndFinish(client, sent));
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
    }
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void latencyDelaysWhatPassesAndKeepsItsOrder() throws IOException {
    proxy.poison(Toxic.latency(Duration.ofMillis(60), Duration.ofMillis(20)), 1);
    try (Socket client = connect()) {
      long begin = System.nanoTime();
      say(client, "one");
      say(client, "two");
      assertThat(hear(client, 6)).isEqualTo("onetwo");
      // There and back.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(120));
    }
  }

  @Test
  void anEndOfLatencyLetsWaitingChunksPass() throws IOException {
    proxy.poison(Toxic.latency(Duration.ofHours(1), Duration.ZERO), 1);
    try (Socket client = connect()) {
      say(client, "late");
      assertNothingComes(client);
      proxy.heal();
      assertThat(hear(client, 4)).isEqualTo("late");
    }
  }

  @Test
  void resetEndsBothSidesByRst() throws Exception {
    try (Socket client = connect()) {
      say(client, "hello");
      assertThat(hear(client, 5)).isEqualTo("hello");
      proxy.poison(Toxic.RESET, 1);
      assertReset(client);
      assertThat(server.ends.poll(SOMETHING_COMES_MILLIS, TimeUnit.MILLISECONDS)).contains("reset");
    }
    try (Socket another = connect()) {
      assertReset(another);
    }
  }

  @Test
  void halfOpenHoldsOneWayAndLosesNothing() throws IOException {
    try (Socket client = connect()) {
      say(client, "a");
      assertThat(hear(client, 1)).isEqualTo("a");
      proxy.poison(Toxic.halfOpen(Toxic.Direction.TO_SERVER), 1);
      say(client, "b");
      assertNothingComes(client);
      proxy.poison(Toxic.halfOpen(Toxic.Direction.TO_CLIENT), 1);
      assertNothingComes(client);
      say(client, "c");
      proxy.heal();
      assertThat(hear(client, 2)).isEqualTo("bc");
    }
  }

  @Test
  void aBlackholeHoldsBothWaysAndNewConnectionsToo() throws IOException {
    proxy.poison(Toxic.BLACKHOLE, 1);
    try (Socket client = connect()) {
      say(client, "anybody?");
      assertNothingComes(client);
      proxy.heal();
      assertThat(hear(client, 8)).isEqualTo("anybody?");
    }
  }

  @Test
  void truncationPassesHalfAChunkAndEnds() throws Exception {
    try (Socket client = connect()) {
      say(client, "x");
      assertThat(hear(client, 1)).isEqualTo("x");
      proxy.poison(Toxic.TRUNCATE, 1);
      say(client, "12345678");
      assertThat(server.ends.poll(SOMETHING_COMES_MILLIS, TimeUnit.MILLISECONDS)).isNotNull();
      assertEnded(client);
    }
  }

  @Test
  void refusalIsForNewConnectionsOnly() throws IOException {
    try (Socket old = connect()) {
      say(old, "a");
      assertThat(hear(old, 1)).isEqualTo("a");
      proxy.poison(Toxic.REFUSE, 1);
      say(old, "b");
      assertThat(hear(old, 1)).isEqualTo("b");
      try (Socket another = connect()) {
        assertReset(another);
      }
    }
  }

  @Test
  void aToxicForNoneHitsNone() throws IOException {
    proxy.poison(Toxic.RESET, 0);
    try (Socket client = connect()) {
      say(client, "a");
      assertThat(hear(client, 1)).isEqualTo("a");
    }
  }

  @Test
  void aServerThatIsAwayIsAReset() throws IOException {
    server.close();
    try (Socket client = connect()) {
      assertReset(client);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), proxy.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(SOMETHING_COMES_MILLIS);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String hear(Socket socket, int count) throws IOException {
    return new String(socket.getInputStream().readNBytes(count), US_ASCII);
  }

  private static void writeAndFinish(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertNothingComes(Socket socket) throws IOException {
    socket.setSoTimeout(NOTHING_COMES_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(SOMETHING_COMES_MILLIS);
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  /// However much of the end arrives.
  private static void assertEnded(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThanOrEqualTo(4);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }
}
