package dev.carillon.runtime.slots;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Collection;

/// Rendezvous hashing of slots over instances: all who know the same instances agree, and an
/// instance that comes or goes moves only the slots that it gets or had.
final class Rendezvous {
  private static final Hasher64 HASH = Hashing.xxh64();
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Rendezvous() {}

  /// The slots that `self` should own beside the other `instances`.
  static BitSet slotsOf(String self, Collection<String> instances) {
    BitSet mine = new BitSet(Slots.COUNT);
    mine.set(0, Slots.COUNT);
    for (String other : instances) {
      if (!other.equals(self)) {
        for (int slot = mine.nextSetBit(0); slot >= 0; slot = mine.nextSetBit(slot + 1)) {
          if (wins(other, self, slot)) {
            mine.clear(slot);
          }
        }
      }
    }
    return mine;
  }

  private static boolean wins(String other, String self, int slot) {
    long theirs = weight(other, slot);
    long ours = weight(self, slot);
    return theirs == ours ? other.compareTo(self) > 0 : Long.compareUnsigned(theirs, ours) > 0;
  }

  private static long weight(String instance, int slot) {
    long mixed = HASH.hashBytesToLong(instance.getBytes(StandardCharsets.UTF_8)) + slot * GOLDEN;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
