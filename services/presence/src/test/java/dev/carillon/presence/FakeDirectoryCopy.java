package dev.carillon.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The directory's copy in memory, which can be away, and remembers which slots were replaced.
final class FakeDirectoryCopy implements DirectoryCopy {
  private final Map<Integer, Long> epochs = new HashMap<>();
  private final Map<Key, Contents> copies = new HashMap<>();
  private final List<Integer> replaced = new ArrayList<>();
  private boolean away;

  /// The copy that one owner of a slot keeps.
  private record Key(int slot, long epoch) {}

  /// What a copy holds: sessions by user and device, and the mark of being whole.
  private static final class Contents {
    private final Map<List<String>, DeviceSession> sessions = new HashMap<>();
    private boolean whole;

    void put(DeviceSession session) {
      sessions.put(key(session), session);
    }

    void remove(DeviceSession session) {
      sessions.remove(key(session));
    }

    private static List<String> key(DeviceSession session) {
      return List.of(session.userId(), session.deviceId());
    }
  }

  /// Makes every call fail until it is back.
  synchronized void setAway(boolean isAway) {
    away = isAway;
  }

  /// The slots that were replaced since the last look, in order.
  synchronized List<Integer> replaced() {
    List<Integer> slots = List.copyOf(replaced);
    replaced.clear();
    return slots;
  }

  @Override
  public synchronized Optional<List<DeviceSession>> take(int slot, long epoch) {
    check();
    long newest = epochs.getOrDefault(slot, 0L);
    if (epoch <= newest) {
      return Optional.empty();
    }
    epochs.put(slot, epoch);
    return Optional.ofNullable(copies.remove(new Key(slot, newest)))
        .filter(copy -> copy.whole)
        .map(copy -> List.copyOf(copy.sessions.values()));
  }

  @Override
  public synchronized void apply(List<CopyChange> changes) {
    check();
    for (CopyChange change : changes) {
      Contents copy = copy(change.slot(), change.epoch());
      if (change.connected()) {
        copy.put(change.session());
      } else {
        copy.remove(change.session());
      }
    }
  }

  @Override
  public synchronized void replace(int slot, SlotContents contents) {
    check();
    replaced.add(slot);
    copies.remove(new Key(slot, contents.epoch()));
    Contents copy = copy(slot, contents.epoch());
    contents.sessions().forEach(copy::put);
    copy.whole = contents.complete();
    long newest = epochs.getOrDefault(slot, 0L);
    if (contents.epoch() > newest) {
      copies.remove(new Key(slot, newest));
    }
    epochs.put(slot, Math.max(newest, contents.epoch()));
  }

  private Contents copy(int slot, long epoch) {
    return copies.computeIfAbsent(new Key(slot, epoch), added -> new Contents());
  }

  private void check() {
    if (away) {
      throw new CopyUnavailableException(
          "the copy of the test is away", new IllegalStateException());
    }
  }
}
