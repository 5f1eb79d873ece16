package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.connection.v1.Lagging;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerFramesTest {
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

  private final List<String> heard = new ArrayList<>();
  private final ServerFrames frames = new ServerFrames();

  @Test
  void readsADeliveryAsTheGeneratedCodeWritesIt() {
    read(
        ServerFrame.newBuilder()
            .setDeliver(Deliver.newBuilder().setDeliveryNumber(12).setMessage(MESSAGE))
            .build());

    assertThat(heard)
        .containsExactly("deliver 12 of -5: 300 after 299 by 1042, 42 of run 77, text true");
  }

  @Test
  void readsAnAcknowledgement() {
    read(
        ServerFrame.newBuilder()
            .setSendAck(
                SendAck.newBuilder()
                    .setRequestId(5)
                    .setConversationId(ByteString.copyFrom(longs(1, 2)))
                    .setSeq(1L << 40)
                    .setPrevSeq(3)
                    .setDuplicate(true))
            .build());

    assertThat(heard).containsExactly("ack 5: 1099511627776");
  }

  @Test
  void handsOnOtherFramesAsTheyAre() {
    read(ServerFrame.newBuilder().setLagging(Lagging.getDefaultInstance()).build());

    assertThat(heard).containsExactly("LAGGING");
  }

  @Test
  void noticesAnotherText() {
    DeliverScan scan = new DeliverScan();
    byte[] bytes = MESSAGE.toByteArray();

    scan.readMessage(bytes, 0, bytes.length);

    assertThat(scan.hasText("0000000042xxxy".getBytes(US_ASCII))).isFalse();
    assertThat(scan.hasText("0000000042xxx".getBytes(US_ASCII))).isFalse();
  }

  private void read(ServerFrame frame) {
    byte[] bytes = frame.toByteArray();
    byte[] amid = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, amid, 3, bytes.length);
    frames.read(amid, 3, 3 + bytes.length, new Listener());
  }

  private final class Listener implements FrameListener {
    @Override
    public void sendAck(long request, long seq) {
      heard.add("ack " + request + ": " + seq);
    }

    @Override
    public void deliver(DeliverScan scan) {
      heard.add(
          "deliver %d of %d: %d after %d by %d, %d of run %d, text %b"
              .formatted(
                  scan.number,
                  scan.conversation,
                  scan.seq,
                  scan.prevSeq,
                  scan.sender,
                  scan.message,
                  scan.runId,
                  scan.hasText(TEXT)));
    }

    @Override
    public void other(ServerFrame other) {
      heard.add(other.getFrameCase().name());
    }
  }

  private static byte[] longs(long one, long other) {
    return ByteBuffer.allocate(16).putLong(one).putLong(other).array();
  }
}
