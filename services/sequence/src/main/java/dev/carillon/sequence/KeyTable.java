package dev.carillon.sequence;

/// The compact memory of the 16-byte keys of one slot: 32 bytes a place, no object per key.
///
/// Open addressing with linear probing in one array of longs; a place is four of them: the key (2),
/// the next number (0 marks an empty place, numbers begin at 1), and the rest packed: remaining
/// numbers (28 bits), level (4), refilled at (31), recently used (1). When the table is full, a
/// hand goes round and forgets the first key that was not used since it last came by ("clock",
/// which is close to least recently used and needs one bit). Not thread-safe.
final class KeyTable {
  private static final int STRIDE = 4;
  private static final int MIN_PLACES = 8;
  private static final int REMAINING_SHIFT = 36;
  private static final int LEVEL_SHIFT = 32;
  private static final int LEVEL_MASK = 0xF;
  private static final int SECONDS_MASK = Integer.MAX_VALUE;
  private static final long USED = 1L << 31;

  private final int limit;
  private long[] cells = new long[0];
  private int places;
  private int size;
  private int hand;

  /// @param limit how many keys it remembers at most, 1 or more
  KeyTable(int limit) {
    this.limit = limit;
  }

  int size() {
    return size;
  }

  /// What the places take, in bytes.
  long bytes() {
    return (long) cells.length * Long.BYTES;
  }

  void clear() {
    cells = new long[0];
    places = 0;
    size = 0;
    hand = 0;
  }

  /// Copies what is known of a key into `state`; false when nothing is.
  boolean load(long high, long low, KeyState state) {
    if (size == 0) {
      return false;
    }
    int at = place(high, low) * STRIDE;
    if (cells[at + 2] == 0) {
      return false;
    }
    long packed = cells[at + 3] | USED;
    cells[at + 3] = packed;
    state.next = cells[at + 2];
    state.remaining = (int) (packed >>> REMAINING_SHIFT);
    state.level = (int) (packed >>> LEVEL_SHIFT) & LEVEL_MASK;
    state.refilledAt = (int) packed & SECONDS_MASK;
    return true;
  }

  /// Remembers `state`; true when another key had to be forgotten for it.
  boolean store(long high, long low, KeyState state) {
    growIfNeeded();
    int place = place(high, low);
    boolean evicted = false;
    if (isEmpty(place)) {
      if (size == limit) {
        evictOne();
        evicted = true;
        place = place(high, low);
      }
      size++;
    }
    int at = place * STRIDE;
    cells[at] = high;
    cells[at + 1] = low;
    cells[at + 2] = state.next;
    cells[at + 3] =
        ((long) state.remaining << REMAINING_SHIFT)
            | ((long) state.level << LEVEL_SHIFT)
            | USED
            | state.refilledAt;
    return evicted;
  }

  /// The place of a key, or the empty one where it would be.
  private int place(long high, long low) {
    int place = bucket(high, low);
    while (!isEmpty(place) && !isAt(place, high, low)) {
      place = after(place);
    }
    return place;
  }

  private boolean isAt(int place, long high, long low) {
    return cells[place * STRIDE] == high && cells[place * STRIDE + 1] == low;
  }

  private boolean isEmpty(int place) {
    return cells[place * STRIDE + 2] == 0;
  }

  private int after(int place) {
    return place + 1 == places ? 0 : place + 1;
  }

  private int bucket(long high, long low) {
    long mixed = (high ^ Long.rotateLeft(low, 32)) * 0x9E3779B97F4A7C15L;
    mixed ^= mixed >>> 32;
    mixed *= 0xD6E8FEB86659FD93L;
    return (int) (((mixed >>> 32) * places) >>> 32);
  }

  private void evictOne() {
    while (true) {
      hand = after(hand);
      if (!isEmpty(hand)) {
        int at = hand * STRIDE + 3;
        if ((cells[at] & USED) == 0) {
          remove(hand);
          return;
        }
        cells[at] &= ~USED;
      }
    }
  }

  /// Empties a place and moves those behind it that probing would no longer find.
  private void remove(int place) {
    int hole = place;
    for (int next = after(hole); !isEmpty(next); next = after(next)) {
      int bucket = bucket(cells[next * STRIDE], cells[next * STRIDE + 1]);
      boolean staysReachable =
          (hole <= next) ? (hole < bucket && bucket <= next) : (hole < bucket || bucket <= next);
      if (!staysReachable) {
        System.arraycopy(cells, next * STRIDE, cells, hole * STRIDE, STRIDE);
        hole = next;
      }
    }
    cells[hole * STRIDE + 2] = 0;
    size--;
  }

  private void growIfNeeded() {
    if (size + 1 <= places - places / 4) {
      return;
    }
    long[] old = cells;
    // Half as much again each time, and never more than a full table needs.
    int enough = limit + limit / 3 + 2;
    places = Math.max(MIN_PLACES, Math.min(enough, places + places / 2));
    cells = new long[places * STRIDE];
    hand = 0;
    for (int at = 0; at < old.length; at += STRIDE) {
      if (old[at + 2] != 0) {
        int place = place(old[at], old[at + 1]);
        System.arraycopy(old, at, cells, place * STRIDE, STRIDE);
      }
    }
  }
}
