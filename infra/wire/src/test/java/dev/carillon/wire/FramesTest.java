package dev.carillon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class FramesTest {
  @Test
  void headersGiveTheLengthInOneTwoOrEightBytes() {
    assertThat(header(125)).containsExactly(0x82, 0x80 | 125, 0, 0, 0, 0);
    assertThat(header(126)).containsExactly(0x82, 0x80 | 126, 0, 126, 0, 0, 0, 0);
    assertThat(header(0xFFFF)).containsExactly(0x82, 0x80 | 126, 0xFF, 0xFF, 0, 0, 0, 0);
    assertThat(header(0x10203))
        .containsExactly(0x82, 0x80 | 127, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0);
  }

  @Test
  void aFrameFollowsItsHeader() {
    byte[] bytes = Frames.bytes(Frames.heartbeat(7));

    ByteBuffer content = ByteBuffer.wrap(bytes, 6, bytes.length - 6);
    assertThat(content).isEqualTo(Frames.heartbeat(7).toByteString().asReadOnlyByteBuffer());
  }

  private static int[] header(int size) {
    byte[] bytes = Frames.bytes(new byte[size]);
    byte[] header = Arrays.copyOf(bytes, bytes.length - size);
    int[] unsigned = new int[header.length];
    Arrays.setAll(unsigned, i -> header[i] & 0xFF);
    return unsigned;
  }
}
