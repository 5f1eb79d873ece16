package dev.carillon.message.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.TreeSet;

/// Names a group by what it was created with, and a change of members by what was asked for: the
/// same content has the same name, so that a repeat is recognised and a different request is not
/// mistaken for it.
public final class GroupContent {
  private GroupContent() {}

  public static ClientMessageId id(
      String owner, Collection<String> members, String title, HistoryPolicy historyPolicy) {
    MessageDigest digest = sha256();
    add(digest, owner);
    add(digest, title);
    add(digest, historyPolicy.name());
    new TreeSet<>(members).forEach(member -> add(digest, member));
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    return new ClientMessageId(bytes.getLong(), bytes.getLong());
  }

  public static long ofAddition(Collection<String> members) {
    return ofChange("add", members);
  }

  public static long ofRemoval(Collection<String> members) {
    return ofChange("remove", members);
  }

  private static long ofChange(String what, Collection<String> members) {
    MessageDigest digest = sha256();
    add(digest, what);
    new TreeSet<>(members).forEach(member -> add(digest, member));
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  /// With its length before it, so that two texts never look like two others.
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
