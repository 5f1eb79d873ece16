package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Text;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EncodedMessageTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0",
    "1, 1",
    "127, 100",
    "128, 127",
    "300, 128",
    "16383, 16000",
    "16384, 16384",
    "9223372036854775807, 70000"
  })
  void writesWhatProtobufWouldWrite(long number, int length) {
    Message message = message(length);
    EncodedMessage encoded = EncodedMessage.of(message.toByteString(), "");
    ByteBuf out = Unpooled.buffer();

    encoded.writeTo(out, number);

    ServerFrame frame =
        ServerFrame.newBuilder()
            .setDeliver(Deliver.newBuilder().setDeliveryNumber(number).setMessage(message))
            .build();
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(frame.toByteArray());
    assertThat(encoded.frameSize(number)).isEqualTo(frame.getSerializedSize());
  }

  private static Message message(int length) {
    return Message.newBuilder()
        .setConversationId(ByteString.copyFromUtf8("0123456789abcdef"))
        .setSeq(5)
        .setBody(Body.newBuilder().setText(Text.newBuilder().setText("x".repeat(length))))
        .build();
  }
}
