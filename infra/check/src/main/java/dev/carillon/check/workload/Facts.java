package dev.carillon.check.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Fact.Notice;
import dev.carillon.client.Content;
import dev.carillon.type.v1.MembershipChange;
import dev.carillon.type.v1.Message;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Messages of the SDK and of the wire as facts.
final class Facts {
  private Facts() {}

  static Fact of(Message message) {
    MembershipChange change = message.getBody().getMembership();
    boolean notice = message.getBody().hasMembership();
    return new Fact(
        hex(message.getConversationId()),
        message.getSeq(),
        message.getPrevSeq(),
        message.getSender(),
        hex(message.getClientMessageId()),
        notice ? 0 : hash(message.getBody().getText().getText()),
        notice ? new Notice(change.getAddedList(), change.getRemovedList()) : null);
  }

  static Fact of(dev.carillon.client.Message message) {
    Notice notice =
        message.content() instanceof Content.Membership(List<String> added, List<String> removed)
            ? new Notice(added, removed)
            : null;
    String text = message.content() instanceof Content.Text(String said) ? said : "";
    return new Fact(
        message.conversationId().hex(),
        message.seq(),
        message.prevSeq(),
        message.sender(),
        message.clientMessageId().hex(),
        notice != null ? 0 : hash(text),
        notice);
  }

  /// The hash by which bodies are compared.
  static long hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
