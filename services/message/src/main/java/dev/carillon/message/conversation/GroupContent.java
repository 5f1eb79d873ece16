package dev.carillon.message.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Names a group by what it was created with, and a change of members by what was asked for: the
/// same content has the same name, so that a repeat is recognised and a different request is not
/// mistaken for it.
public final class GroupContent {
  private GroupContent() {}

  public static ClientMessageId id(
      String owner, Collection<String> members, String title, HistoryPolicy historyPolicy) {
    ByteBuffer digest = digest(members, owner, title, historyPolicy.name());
    return new ClientMessageId(digest.getLong(), digest.getLong());
  }

  /// The name of a change of members.
  ///
  /// @param adds whether they are to be added; else they are to be removed
  public static long ofChange(boolean adds, Collection<String> members) {
    return digest(members, adds ? "add" : "remove").getLong();
  }

  private static ByteBuffer digest(Collection<String> members, String... first) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Stream.concat(Stream.of(first), new TreeSet<>(members).stream())
          .forEach(text -> add(digest, text));
      return ByteBuffer.wrap(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /// With its length before it, so that two texts never look like two others.
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
