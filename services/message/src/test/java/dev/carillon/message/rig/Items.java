package dev.carillon.message.rig;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/// Short words for what is appended.
public final class Items {
  private static final AtomicLong NEXT = new AtomicLong();

  private Items() {}

  /// The id of a direct conversation.
  public static ByteString direct(String one, String other) {
    return ByteString.copyFrom(ConversationIds.direct(one, other));
  }

  /// An id for a group, different for every number.
  public static ByteString group(long number) {
    // The first bit is that of direct conversations.
    return ByteString.copyFrom(
        ByteBuffer.allocate(16)
            .putLong((number * 0x9e37_79b9_7f4a_7c15L) & Long.MAX_VALUE)
            .putLong(number)
            .array());
  }

  /// An id that was never given before.
  public static ByteString newId() {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16).putLong(42).putLong(NEXT.incrementAndGet()).array());
  }

  /// A text.
  public static Body text(String text) {
    return Body.newBuilder().setText(Text.newBuilder().setText(text)).build();
  }

  /// A new text from one to the other.
  public static AppendItem direct(String sender, String peer, String text) {
    return AppendItem.newBuilder()
        .setConversationId(direct(sender, peer))
        .setDirectPeer(peer)
        .setSender(sender)
        .setClientMessageId(newId())
        .setBody(text(text).toByteString())
        .build();
  }

  /// A new body to a group.
  public static AppendItem group(ByteString group, String sender, Body body) {
    return AppendItem.newBuilder()
        .setConversationId(group)
        .setSender(sender)
        .setClientMessageId(newId())
        .setBody(body.toByteString())
        .build();
  }
}
