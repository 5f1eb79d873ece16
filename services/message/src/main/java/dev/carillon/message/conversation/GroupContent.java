package dev.carillon.message.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.Iterables;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Names a group by what it was created with, and a change of members by what was asked for: the
/// same content has the same name, so that a repeat is recognised and a different request is not
/// mistaken for it.
public final class GroupContent {
  private GroupContent() {}

  /// The name of the creation of a group, used as the client message id of its first message.
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

  /// The texts each with their length before them, so that two never look like two others.
  private static ByteBuffer digest(Collection<String> members, String... first) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (String text : Iterables.concat(List.of(first), new TreeSet<>(members))) {
      byte[] bytes = text.getBytes(UTF_8);
      hasher.putBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      hasher.putBytes(bytes);
    }
    return ByteBuffer.wrap(hasher.hash().asBytes());
  }
}
