package dev.carillon.message.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Text;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class GrpcMessagesTest {
  private static final Body BODY =
      Body.newBuilder().setText(Text.newBuilder().setText("x".repeat(300))).build();
  private static final StoredMessage MESSAGE =
      new StoredMessage(
          new ConversationId(-1, 2),
          new Place(7, 6, 5),
          "ann",
          new ClientMessageId(3, 4),
          Instant.parse("2026-11-30T12:00:00.123Z"),
          MessageBody.of(BodyKind.TEXT, BODY.toByteArray()),
          0);

  @Test
  void writesTheSameMessageWithoutParsingItsBody() throws InvalidProtocolBufferException {
    Message written = Message.parseFrom(GrpcMessages.bytes(MESSAGE));

    assertThat(written).isEqualTo(GrpcMessages.encode(MESSAGE));
    assertThat(written.getBody()).isEqualTo(BODY);
  }

  @Test
  void withholdsTheBodyOfARecalledMessage() throws InvalidProtocolBufferException {
    Message written = Message.parseFrom(GrpcMessages.bytes(MESSAGE.recalledBy(9)));

    assertThat(written).isEqualTo(GrpcMessages.encode(MESSAGE.recalledBy(9)));
    assertThat(written.hasBody()).isFalse();
    assertThat(written.getRecalledBySeq()).isEqualTo(9);
  }
}
