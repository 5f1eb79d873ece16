package dev.carillon.sequence;

import dev.carillon.runtime.slots.Slots;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/// A key for which numbers are issued: 1 to 64 bytes, most often the 16 bytes of a conversation id.
///
/// Immutable. Ordered by unsigned bytes, as the database orders them.
final class SequenceKey implements Comparable<SequenceKey> {
  static final int MAX_LENGTH = 64;

  /// The length of most keys, for which memory has a compact form.
  static final int COMPACT_LENGTH = 2 * Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int slot;

  /// Takes `bytes` over: the caller keeps no reference to them.
  ///
  /// @throws IllegalArgumentException when they are not 1 to 64
  SequenceKey(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "key: " + bytes.length + " bytes (expected: 1 to " + MAX_LENGTH + ")");
    }
    this.bytes = bytes;
    this.slot = Slots.of(bytes);
  }

  /// The slot the key lives in, 0 to 1023.
  int slot() {
    return slot;
  }

  /// A copy of the key's bytes.
  byte[] toBytes() {
    return bytes.clone();
  }

  /// Whether the key is two longs, [#high] and [#low].
  boolean isCompact() {
    return bytes.length == COMPACT_LENGTH;
  }

  /// The first eight bytes; only of a compact key.
  long high() {
    return (long) LONGS.get(bytes, 0);
  }

  /// The last eight bytes; only of a compact key.
  long low() {
    return (long) LONGS.get(bytes, Long.BYTES);
  }

  @Override
  public int compareTo(SequenceKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SequenceKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
