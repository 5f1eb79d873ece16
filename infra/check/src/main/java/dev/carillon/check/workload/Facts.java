package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Fact;
import dev.carillon.client.Content;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import java.util.HexFormat;

/// Messages of the SDK and of the wire as facts.
final class Facts {
  private Facts() {}

  static Fact of(Message message) {
    boolean notice = message.getBody().getContentCase() == Body.ContentCase.MEMBERSHIP;
    return new Fact(
        hex(message.getConversationId()),
        message.getSeq(),
        message.getPrevSeq(),
        message.getSender(),
        hex(message.getClientMessageId()),
        notice ? 0 : Payload.hash(message.getBody().getText().getText()),
        notice);
  }

  static Fact of(dev.carillon.client.Message message) {
    boolean notice = message.content() instanceof Content.Membership;
    String text = message.content() instanceof Content.Text(String said) ? said : "";
    return new Fact(
        message.conversationId().hex(),
        message.seq(),
        message.prevSeq(),
        message.sender(),
        message.clientMessageId().hex(),
        notice ? 0 : Payload.hash(text),
        notice);
  }

  static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
