package dev.carillon.message.conversation;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.type.v1.Message;
import java.time.Instant;

/// Stored messages in the form in which they travel.
public final class GrpcMessages {
  private GrpcMessages() {}

  /// The message for the wire; without its body when it was recalled.
  ///
  /// The body is written as the bytes that are stored and never parsed: it is an unknown field of
  /// the message, which a reader finds as its body once it was written and parsed.
  public static Message encode(StoredMessage message) {
    Message.Builder builder =
        Message.newBuilder()
            .setConversationId(ByteString.copyFrom(message.conversation().bytes()))
            .setSeq(message.seq())
            .setPrevSeq(message.prevSeq())
            .setSender(message.sender())
            .setClientMessageId(ByteString.copyFrom(message.clientMessageId().bytes()))
            .setStoredAt(timestamp(message.storedAt()))
            .setOrdinal(message.place().ordinal());
    return message.recalled()
        ? builder.setRecalledBySeq(message.recalledBySeq()).build()
        : builder.setUnknownFields(body(message.body())).build();
  }

  private static UnknownFieldSet body(MessageBody body) {
    // Nobody writes to the bytes of a body, so the message may share them.
    ByteString bytes = UnsafeByteOperations.unsafeWrap(body.bytes());
    return UnknownFieldSet.newBuilder()
        .addField(
            Message.BODY_FIELD_NUMBER,
            UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build())
        .build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
