package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.connection.v1.Lagging;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class DeliverScanTest {
  private static final byte[] TEXT = "0000000042xxxx".getBytes(US_ASCII);
  private static final Message MESSAGE =
      Message.newBuilder()
          .setConversationId(ByteString.copyFrom(longs(-5, 6)))
          .setSeq(300)
          .setPrevSeq(299)
          .setSender("bench-1042")
          .setClientMessageId(ByteString.copyFrom(longs(77, 42)))
          .setStoredAt(Timestamp.newBuilder().setSeconds(1).setNanos(2))
          .setBody(
              Body.newBuilder().setText(Text.newBuilder().setTextBytes(ByteString.copyFrom(TEXT))))
          .setOrdinal(9)
          .build();

  private final DeliverScan scan = new DeliverScan();

  @Test
  void readsADeliveryAsTheGeneratedCodeWritesIt() {
    ServerFrame frame =
        ServerFrame.newBuilder()
            .setDeliver(Deliver.newBuilder().setDeliveryNumber(12).setMessage(MESSAGE))
            .build();

    assertThat(read(frame)).isTrue();
    assertThat(scan.number).isEqualTo(12);
    assertThat(scan.conversation).isEqualTo(-5);
    assertThat(scan.seq).isEqualTo(300);
    assertThat(scan.prevSeq).isEqualTo(299);
    assertThat(scan.sender).isEqualTo(1042);
    assertThat(scan.message).isEqualTo(42);
    assertThat(scan.runId).isEqualTo(77);
    assertThat(scan.hasText(TEXT)).isTrue();
  }

  @Test
  void leavesOtherFramesAlone() {
    assertThat(read(ServerFrame.newBuilder().setLagging(Lagging.getDefaultInstance()).build()))
        .isFalse();
  }

  @Test
  void noticesAnotherText() {
    scan.readMessage(MESSAGE.toByteArray());

    assertThat(scan.hasText("0000000042xxxy".getBytes(US_ASCII))).isFalse();
    assertThat(scan.hasText("0000000042xxx".getBytes(US_ASCII))).isFalse();
  }

  private boolean read(ServerFrame frame) {
    byte[] bytes = frame.toByteArray();
    byte[] amid = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, amid, 3, bytes.length);
    return scan.read(amid, 3, 3 + bytes.length);
  }

  private static byte[] longs(long one, long other) {
    return ByteBuffer.allocate(16).putLong(one).putLong(other).array();
  }
}
