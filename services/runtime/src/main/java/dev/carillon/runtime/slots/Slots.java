package dev.carillon.runtime.slots;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/// The 1024 slots into which every keyed service divides its keys.
///
/// A slot is the top ten bits of the keyspace id that Vitess's `xxhash` vindex computes for the
/// same key, so the keys of one slot always lie on one shard as long as shards are split at
/// multiples of 1/1024 of the keyspace.
public final class Slots {
  /// How many slots there are; never changes, for it is part of every stored slot key.
  public static final int COUNT = 1024;

  private static final Hasher64 HASH = Hashing.xxh64();
  private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(COUNT);

  private Slots() {}

  /// The slot of a binary key, such as the 16 bytes of a conversation id.
  public static int of(byte[] key) {
    // Vitess writes the hash little-endian and compares keyspace ids byte by byte from the left.
    return (int) (Long.reverseBytes(HASH.hashBytesToLong(key)) >>> SHIFT);
  }

  /// The slot of a textual key, such as a user id: that of its UTF-8 bytes.
  public static int of(String key) {
    return of(key.getBytes(StandardCharsets.UTF_8));
  }
}
