package dev.carillon.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The devices of the users of one slot, for as long as this instance owns the slot.
///
/// Every entry remembers the announcement (the stream of its gateway) it came from, so that the end
/// of a snapshot can drop what the gateway held before and holds no more. Announcement 0 is the
/// copy that a previous owner left behind. Thread-safe: every method is a short critical section
/// without input or output.
final class SlotDirectory {
  private static final long FROM_COPY = 0;

  private record Entry(DeviceSession session, long announcement) {}

  private final long epoch;
  private final Map<String, List<Entry>> users = new HashMap<>();
  private final Set<String> announcedGateways = new HashSet<>();
  private boolean warmedByCopy;

  /// A directory that knows nothing yet, of a slot owned since `epoch`.
  SlotDirectory(long epoch) {
    this.epoch = epoch;
  }

  /// The epoch in which the slot is owned.
  long epoch() {
    return epoch;
  }

  /// Takes in a device that connected.
  ///
  /// @return the older of two sessions of the device when there were two: the caller has its
  ///   gateway end it. Empty when the device had none, or the same one.
  synchronized Optional<DeviceSession> connected(DeviceSession session, long announcement) {
    List<Entry> entries = users.computeIfAbsent(session.userId(), user -> new ArrayList<>(1));
    for (int i = 0; i < entries.size(); i++) {
      DeviceSession known = entries.get(i).session();
      if (known.deviceId().equals(session.deviceId())) {
        boolean same = known.isSameAs(session);
        if (!same && known.isNewerThan(session)) {
          return Optional.of(session);
        }
        entries.set(i, new Entry(session, announcement));
        return same ? Optional.empty() : Optional.of(known);
      }
    }
    entries.add(new Entry(session, announcement));
    return Optional.empty();
  }

  /// Takes out a device that is gone, unless a later session of it is known.
  synchronized boolean disconnected(DeviceSession session) {
    List<Entry> entries = users.get(session.userId());
    if (entries == null
        || !entries.removeIf(entry ->
            entry.session().deviceId().equals(session.deviceId())
                && entry.session().isSameAs(session))) {
      return false;
    }
    if (entries.isEmpty()) {
      users.remove(session.userId());
    }
    return true;
  }

  /// Notes that a gateway has announced all its devices of this slot, and drops what it announced
  /// earlier and not again.
  ///
  /// @return the sessions dropped
  synchronized List<DeviceSession> announced(String gatewayId, long announcement) {
    announcedGateways.add(gatewayId);
    return drop(entry ->
        entry.session().gatewayId().equals(gatewayId) && entry.announcement() != announcement);
  }

  /// Notes that the stream of a gateway broke: its devices stay, but changes may be missed until it
  /// announces again.
  synchronized void interrupted(String gatewayId) {
    announcedGateways.remove(gatewayId);
  }

  /// Forgets a gateway and its devices.
  ///
  /// @return the sessions dropped
  synchronized List<DeviceSession> forget(String gatewayId) {
    announcedGateways.remove(gatewayId);
    return drop(entry -> entry.session().gatewayId().equals(gatewayId));
  }

  /// Takes in what a previous owner left behind, where nothing newer is known.
  synchronized void warm(List<DeviceSession> copy) {
    for (DeviceSession session : copy) {
      List<Entry> entries = users.computeIfAbsent(session.userId(), user -> new ArrayList<>(1));
      boolean known =
          entries.stream().anyMatch(e -> e.session().deviceId().equals(session.deviceId()));
      if (!known) {
        entries.add(new Entry(session, FROM_COPY));
      }
    }
    warmedByCopy = true;
  }

  /// The user's devices, in no particular order; empty when none is known.
  synchronized List<DeviceSession> find(String userId) {
    return users.getOrDefault(userId, List.of()).stream().map(Entry::session).toList();
  }

  /// Everything known.
  synchronized List<DeviceSession> all() {
    return users.values().stream().flatMap(List::stream).map(Entry::session).toList();
  }

  /// Whether every one of the live gateways has announced its devices (or a previous owner's copy
  /// stands in for that).
  synchronized boolean isComplete(Set<String> liveGateways) {
    if (announcedGateways.containsAll(liveGateways)) {
      // From here on the gateways themselves are the source: a later interruption is not covered by
      // an old copy.
      warmedByCopy = false;
      return true;
    }
    return warmedByCopy;
  }

  synchronized int size() {
    return users.values().stream().mapToInt(List::size).sum();
  }

  private List<DeviceSession> drop(Predicate<Entry> condition) {
    List<DeviceSession> dropped =
        users.values().stream()
            .flatMap(List::stream)
            .filter(condition)
            .map(Entry::session)
            .toList();
    if (!dropped.isEmpty()) {
      users
          .values()
          .removeIf(entries -> {
            entries.removeIf(condition);
            return entries.isEmpty();
          });
    }
    return dropped;
  }
}
