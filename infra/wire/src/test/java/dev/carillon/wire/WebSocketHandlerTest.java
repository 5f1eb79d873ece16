package dev.carillon.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebSocketHandlerTest {
  private static final byte[] SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".getBytes(US_ASCII);

  private final Heard heard = new Heard();

  @Test
  void opensWhenTheWholeAnswerIsThere() {
    assertThat(take(Arrays.copyOf(SWITCHED, SWITCHED.length - 1))).isZero();
    assertThat(heard.opened).isZero();

    assertThat(take(SWITCHED)).isEqualTo(SWITCHED.length);
    assertThat(heard.opened).isEqualTo(1);
  }

  @Test
  void saysHowTheHandshakeWasRefused() {
    assertThatThrownBy(() -> take("HTTP/1.1 503 Busy\r\n\r\n".getBytes(US_ASCII)))
        .hasMessage("HTTP/1.1 503 Busy");
  }

  @Test
  void readsFramesThatCameWithTheHandshake() {
    assertThat(take(SWITCHED, frame(0x82, 3), frame(0x82, 200), frame(0x82, 70_000)))
        .isEqualTo(SWITCHED.length + 2 + 3 + 4 + 200 + 10 + 70_000);
    assertThat(heard.lengths).containsExactly(3, 200, 70_000);
  }

  @Test
  void leavesWhatIsNotComplete() {
    take(SWITCHED);
    byte[] whole = frame(0x82, 200);

    for (int end : new int[] {1, 3, 4, whole.length - 1}) {
      assertThat(take(Arrays.copyOf(whole, end))).isZero();
    }
    assertThat(take(frame(0x82, 3), Arrays.copyOf(whole, 50))).isEqualTo(5);
    assertThat(take(whole)).isEqualTo(whole.length);
    assertThat(heard.lengths).containsExactly(3, 200);
  }

  @Test
  void endsWithTheStatusOfAClose() {
    take(SWITCHED);

    assertThatThrownBy(() -> take(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xF0}))
        .hasMessage("closed by the gateway: 1008");
    assertThatThrownBy(() -> take(new byte[] {(byte) 0x88, 0}))
        .hasMessage("closed by the gateway: 0");
  }

  @Test
  void refusesFragmentsAndTextFrames() {
    take(SWITCHED);

    assertThatThrownBy(() -> take(frame(0x02, 3))).hasMessage("first byte of a frame: 2");
    assertThatThrownBy(() -> take(frame(0x80, 3))).hasMessage("first byte of a frame: -128");
    assertThatThrownBy(() -> take(frame(0x81, 3))).hasMessage("first byte of a frame: -127");
    assertThat(heard.lengths).isEmpty();
  }

  private int take(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return heard.received(all.toByteArray(), all.size(), 1);
  }

  private static byte[] frame(int first, int length) {
    ByteBuffer frame = ByteBuffer.allocate(10 + length).put((byte) first);
    if (length < 126) {
      frame.put((byte) length);
    } else if (length <= 0xFFFF) {
      frame.put((byte) 126).putShort((short) length);
    } else {
      frame.put((byte) 127).putLong(length);
    }
    return Arrays.copyOf(frame.array(), frame.position() + length);
  }

  /// What a device was told.
  private static final class Heard extends WebSocketHandler {
    private final List<Integer> lengths = new ArrayList<>();
    private int opened;

    @Override
    protected void opened() {
      opened++;
    }

    @Override
    protected void binary(byte[] bytes, int begin, int end, long now) {
      lengths.add(end - begin);
    }

    @Override
    public void closed(String why) {
      throw new AssertionError(why);
    }
  }
}
