package dev.carillon.runtime.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.util.Arrays;

/// The ids of conversations: 16 bytes, derived from the pair for direct ones, random for groups.
public final class ConversationIds {
  /// Length of every conversation id, in bytes.
  public static final int LENGTH = 16;

  private static final byte DIRECT = (byte) 0x80;
  private static final byte[] DOMAIN = "carillon-direct".getBytes(UTF_8);

  private ConversationIds() {}

  /// The id of the direct conversation of two users, the same whichever is named first: the first
  /// 16 bytes of SHA-256("carillon-direct", 0, lesser id, 0, greater id) with the first bit set,
  /// ids compared as unsigned UTF-8 bytes. A user may talk to itself.
  ///
  /// @throws IllegalArgumentException when either is no valid user id (see [UserIds]); control
  ///   characters are excluded there, so that no two pairs give the same input
  public static byte[] direct(String one, String other) {
    requireUserId(one);
    requireUserId(other);
    byte[] a = one.getBytes(UTF_8);
    byte[] b = other.getBytes(UTF_8);
    boolean inOrder = Arrays.compareUnsigned(a, b) <= 0;
    byte[] id = new byte[LENGTH];
    Hashing.sha256()
        .newHasher()
        .putBytes(DOMAIN)
        .putByte((byte) 0)
        .putBytes(inOrder ? a : b)
        .putByte((byte) 0)
        .putBytes(inOrder ? b : a)
        .hash()
        .writeBytesTo(id, 0, LENGTH);
    id[0] |= DIRECT;
    return id;
  }

  /// Whether an id has the mark of direct conversations, its first bit. Groups must not have it:
  /// any user can compute the id of any pair, and a group under it would keep the pair from ever
  /// talking.
  public static boolean isDirect(byte[] id) {
    return (id[0] & DIRECT) != 0;
  }

  private static void requireUserId(String id) {
    if (!UserIds.isValid(id)) {
      throw new IllegalArgumentException(
          "user id: "
              + id.length()
              + " characters (expected: 1 to 64 bytes without control characters)");
    }
  }
}
