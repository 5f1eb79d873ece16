package dev.carillon.message.conversation;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/// Stored messages in the form in which they travel.
public final class GrpcMessages {
  private GrpcMessages() {}

  /// The message for the wire; without its body when it was recalled.
  ///
  /// @throws IllegalStateException when the stored body is no `Body`: the database is damaged
  public static Message encode(StoredMessage message) {
    Message.Builder builder = withoutBody(message);
    return message.recalled() ? builder.build() : builder.setBody(body(message)).build();
  }

  /// The bytes of the message for the wire, around those of its body, which is not parsed; without
  /// its body when it was recalled.
  public static ByteString bytes(StoredMessage message) {
    Message frame = withoutBody(message).build();
    if (message.recalled()) {
      return frame.toByteString();
    }
    byte[] body = message.body().bytes();
    int size =
        frame.getSerializedSize()
            + CodedOutputStream.computeByteArraySize(Message.BODY_FIELD_NUMBER, body);
    byte[] bytes = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      frame.writeTo(out);
      // Fields may stand in any order.
      out.writeByteArray(Message.BODY_FIELD_NUMBER, body);
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array of the right size is never full", impossible);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static Message.Builder withoutBody(StoredMessage message) {
    Message.Builder builder =
        Message.newBuilder()
            .setConversationId(ByteString.copyFrom(message.conversation().bytes()))
            .setSeq(message.seq())
            .setPrevSeq(message.prevSeq())
            .setSender(message.sender())
            .setClientMessageId(ByteString.copyFrom(message.clientMessageId().bytes()))
            .setStoredAt(timestamp(message.storedAt()))
            .setOrdinal(message.place().ordinal());
    return message.recalled() ? builder.setRecalledBySeq(message.recalledBySeq()) : builder;
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
