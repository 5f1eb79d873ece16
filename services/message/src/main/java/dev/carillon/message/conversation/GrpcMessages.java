package dev.carillon.message.conversation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import java.time.Instant;

/// Stored messages in the form in which they travel.
public final class GrpcMessages {
  private GrpcMessages() {}

  /// The message for the wire; without its body when it was recalled.
  ///
  /// @throws IllegalStateException when the stored body is no `Body`: the database is damaged
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
        : builder.setBody(body(message)).build();
  }

  private static Body body(StoredMessage message) {
    try {
      // Nobody writes to the bytes of a body, so the parsed one may share them.
      return Body.parseFrom(UnsafeByteOperations.unsafeWrap(message.body().bytes()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "body of " + message.conversation() + "/" + message.seq() + ": not readable", e);
    }
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
