package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.bench.load.Pacer;
import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.Schedule;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the second of four clients in a group was really sent, until the first messages, is read
/// the same way however the network cuts it.
final class RecordedClientsTest {
  private static final int CLIENTS = 4;
  private static final int CLIENT = 1;
  private static final int RUN = 3;
  private static final int MESSAGES = 40;
  private static final int BUFFER_BYTES = 1 << 16;

  /// So many messages are complete in each recording, which ends within a further one.
  private static final int COMPLETE = 5;

  private final Schedule schedule = Schedule.fixed(MESSAGES, Duration.ofSeconds(1));

  /// Servers whose bytes were recorded.
  enum Recorded {
    EJABBERD(XmppClient::new, 0),
    PROSODY(XmppClient::new, 0),
    NATS(Nats.Client::new, 0),
    TINODE(new Tinode.Accounts(), 1);

    @SuppressWarnings("ImmutableEnumChecker") // It makes clients and changes nothing.
    private final PeerDevices.Protocol protocol;

    private final int acknowledged;

    /// @param acknowledged how many messages of the client itself are
    Recorded(PeerDevices.Protocol protocol, int acknowledged) {
      this.protocol = protocol;
      this.acknowledged = acknowledged;
    }

    byte[] bytes() throws IOException {
      String file = name().toLowerCase(Locale.ROOT) + ".recorded";
      try (InputStream in = RecordedClientsTest.class.getResourceAsStream(file)) {
        assertThat(in).as(file).isNotNull();
        return in.readAllBytes();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void areReadAlikeHoweverTheNetworkCutsThem(Recorded recorded) throws Exception {
    for (int piece : new int[] {1, 7, 100, 1_000, BUFFER_BYTES}) {
      PeerDevices devices = devices(recorded.protocol);
      RunTracker tracker = new RunTracker(new Pacer(schedule, Duration.ZERO), devices.terms());
      devices.track(tracker);

      feed(devices.clients().get(CLIENT), recorded.bytes(), piece);

      devices.signIns().await();
      RunTracker.Outcome result = tracker.outcome();
      assertThat(result.deliveries()).as("pieces of %d", piece).isEqualTo(COMPLETE);
      long own = devices.terms().acknowledged() ? recorded.acknowledged : 0;
      assertThat((long) result.acknowledged()).as("pieces of %d", piece).isEqualTo(own);
      assertThat(result.refusals()).isEmpty();
      // No other client of this group is here, so what was acknowledged has not reached all.
      assertThat(result.violations())
          .extracting(RunTracker.Violation::kind)
          .allMatch(kind -> kind == RunTracker.Kind.LOST);
    }
  }

  @Test
  void refusalsAreNotSilent() {
    assertThatThrownBy(() -> refused(XmppClient::new, "<failure><not-authorized/></failure>"))
        .hasMessageContaining("not-authorized");
    assertThatThrownBy(() -> refused(Nats.Client::new, "-ERR 'Authorization Violation'\r\n"))
        .hasMessageContaining("Authorization");
    assertThatThrownBy(() -> refused(new Tinode.Accounts(), "HTTP/1.1 403 Forbidden\r\n\r\n"))
        .hasMessageContaining("403");
    String answer = "{\"ctrl\":{\"id\":\"in\",\"code\":401,\"text\":\"authentication failed\"}}";
    assertThatThrownBy(() -> refused(new Tinode.Accounts(), webSocket(answer)))
        .hasMessageContaining("authentication failed");
  }

  @Test
  void aRefusedMessageIsCounted() {
    PeerDevices devices = devices(new Tinode.Accounts());
    RunTracker tracker = new RunTracker(new Pacer(schedule, Duration.ZERO), devices.terms());
    devices.track(tracker);
    String id = "000000030000000100000007";
    String answer =
        "{\"ctrl\":{\"id\":\"%s\",\"code\":403,\"text\":\"permission denied\"}}".formatted(id);

    feed(devices.clients().get(CLIENT), webSocket(answer).getBytes(ISO_8859_1), 10);

    assertThat(tracker.outcome().refusals()).containsExactly(Map.entry("permission denied", 1L));
  }

  private static String webSocket(String text) {
    return "HTTP/1.1 101 Switching Protocols\r\n\r\n\u0081" + (char) text.length() + text;
  }

  private static void refused(PeerDevices.Protocol protocol, String answer) {
    PeerDevices.Client client = devices(protocol).clients().get(CLIENT);
    feed(client, answer.getBytes(ISO_8859_1), BUFFER_BYTES);
  }

  /// Clients of which only one is not signed in.
  private static PeerDevices devices(PeerDevices.Protocol protocol) {
    PeerDevices devices = new PeerDevices(protocol, CLIENTS, 1, 0, () -> RUN);
    try {
      for (int i = 0; i < CLIENTS; i++) {
        devices.signIns().begin(i);
        if (i != CLIENT) {
          devices.signIns().done(i, System.nanoTime());
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
    return devices;
  }

  private static void feed(PeerDevices.Client client, byte[] recorded, int piece) {
    byte[] shared = new byte[BUFFER_BYTES];
    int kept = 0;
    for (int at = 0; at < recorded.length; at += piece) {
      int count = Math.min(piece, recorded.length - at);
      System.arraycopy(recorded, at, shared, kept, count);
      int end = kept + count;
      int used = client.received(shared, end, System.nanoTime());
      System.arraycopy(shared, used, shared, 0, end - used);
      kept = end - used;
    }
  }
}
