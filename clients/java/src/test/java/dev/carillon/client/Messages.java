package dev.carillon.client;

import com.google.protobuf.ByteString;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;

/// Messages for tests, all of one conversation.
final class Messages {
  static final ByteString CONVERSATION = ByteString.copyFrom(new byte[16]);

  private Messages() {}

  static dev.carillon.type.v1.Message message(long seq, long prevSeq) {
    return message(seq, prevSeq, "number " + seq);
  }

  static dev.carillon.type.v1.Message message(long seq, long prevSeq, String text) {
    return dev.carillon.type.v1.Message.newBuilder()
        .setConversationId(CONVERSATION)
        .setSeq(seq)
        .setPrevSeq(prevSeq)
        .setSender("bob")
        .setClientMessageId(ByteString.copyFrom(new byte[16]))
        .setBody(Body.newBuilder().setText(Text.newBuilder().setText(text)))
        .build();
  }
}
