package dev.carillon.message.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.carillon.message.v1.ListMessagesResponse;
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

  private static final Message WITHOUT_BODY =
      Message.newBuilder()
          .setConversationId(ByteString.copyFrom(MESSAGE.conversation().bytes()))
          .setSeq(7)
          .setPrevSeq(6)
          .setOrdinal(5)
          .setSender("ann")
          .setClientMessageId(ByteString.copyFrom(MESSAGE.clientMessageId().bytes()))
          .setStoredAt(
              Timestamp.newBuilder()
                  .setSeconds(MESSAGE.storedAt().getEpochSecond())
                  .setNanos(123_000_000))
          .build();

  @Test
  void writesTheBytesOfTheBodyAsTheBodyOfTheMessage() throws InvalidProtocolBufferException {
    Message expected = WITHOUT_BODY.toBuilder().setBody(BODY).build();

    assertThat(written(MESSAGE)).isEqualTo(expected);
    assertThat(GrpcMessages.encode(MESSAGE).getSerializedSize())
        .isEqualTo(expected.getSerializedSize());
  }

  @Test
  void writesTheBodyOfAMessageOnAPage() throws InvalidProtocolBufferException {
    ListMessagesResponse page =
        ListMessagesResponse.newBuilder().addMessages(GrpcMessages.encode(MESSAGE)).build();

    assertThat(ListMessagesResponse.parseFrom(page.toByteString()).getMessages(0))
        .isEqualTo(WITHOUT_BODY.toBuilder().setBody(BODY).build());
  }

  @Test
  void withholdsTheBodyOfARecalledMessage() throws InvalidProtocolBufferException {
    assertThat(written(MESSAGE.recalledBy(9)))
        .isEqualTo(WITHOUT_BODY.toBuilder().setRecalledBySeq(9).build());
  }

  private static Message written(StoredMessage message) throws InvalidProtocolBufferException {
    return Message.parseFrom(GrpcMessages.encode(message).toByteString());
  }
}
