package dev.carillon.presence;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.slots.Slots;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rules of the directory: which announcements count, and when an answer is complete.
///
/// All state is in memory, one [SlotDirectory] per owned slot; nothing here blocks. Thread-safe.
final class PresenceService implements AutoCloseable {
  private final IntPredicate ownsSlot;
  private final Supplier<Set<String>> liveGateways;
  private final CopyWriter copy;
  private final PresenceMetrics metrics;
  private final AtomicReferenceArray<@Nullable SlotDirectory> slots =
      new AtomicReferenceArray<>(Slots.COUNT);
  private final Map<String, Announcement> announcements = new ConcurrentHashMap<>();
  private final AtomicLong announcementNumbers = new AtomicLong();

  /// @param ownsSlot whether this instance owns a slot at this very moment
  /// @param liveGateways the instance ids of the gateways that are registered now
  /// @param copyInterval how long to pause after a batch of changes was written to the copy
  /// @param nanos the monotonic clock
  PresenceService(
      IntPredicate ownsSlot,
      Supplier<Set<String>> liveGateways,
      DirectoryCopy directoryCopy,
      BatchInterval copyInterval,
      LongSupplier nanos,
      PresenceMetrics metrics) {
    this.ownsSlot = ownsSlot;
    this.liveGateways = liveGateways;
    this.copy = new CopyWriter(directoryCopy, this::contentsOf, copyInterval, nanos, metrics);
    this.metrics = metrics;
    metrics.observeDevices(this::deviceCount);
  }

  /// Begins to keep the copy up to date.
  void start() {
    copy.start();
  }

  @Override
  public void close() {
    copy.close();
  }

  /// Begins the announcement of a gateway; an earlier one of the same gateway counts no longer.
  Announcement announce(String gatewayId, GatewayLink link) {
    Announcement announcement =
        new Announcement(gatewayId, announcementNumbers.incrementAndGet(), link);
    announcements.put(gatewayId, announcement);
    forEachSlot((slot, directory) -> directory.interrupted(gatewayId));
    return announcement;
  }

  /// Applies changes in their order and acknowledges them. Users of slots that are not owned here
  /// are ignored, and the gateway gets the list of these slots.
  void apply(Announcement from, long number, List<SessionChange> changes) {
    if (!from.equals(announcements.get(from.gatewayId()))) {
      return;
    }
    Set<Integer> moved = new TreeSet<>();
    for (SessionChange change : changes) {
      int slot = slotOf(change.session().userId());
      SlotDirectory directory = owned(slot);
      if (directory == null) {
        moved.add(slot);
      } else {
        apply(from, slot, directory, change);
      }
    }
    metrics.changes(changes.size());
    if (!moved.isEmpty()) {
      from.link().slotsMoved(moved);
    }
    from.link().acknowledge(number);
  }

  private void apply(Announcement from, int slot, SlotDirectory directory, SessionChange change) {
    DeviceSession session = change.session();
    if (!change.connected()) {
      if (directory.disconnected(session)) {
        copy.changed(new CopyChange(slot, directory.epoch(), session, false));
      }
      return;
    }
    Optional<DeviceSession> older = directory.connected(session, from.number());
    boolean taken = older.isEmpty() || !older.get().isSameAs(session);
    if (taken) {
      copy.changed(new CopyChange(slot, directory.epoch(), session, true));
    }
    older.ifPresent(this::supersede);
  }

  private void supersede(DeviceSession older) {
    metrics.superseded();
    Announcement holder = announcements.get(older.gatewayId());
    if (holder != null) {
      holder.link().superseded(older);
    }
  }

  /// Notes that the gateway has announced all its devices of these slots.
  void snapshotDone(Announcement from, List<Integer> announcedSlots) {
    Set<Integer> moved = new TreeSet<>();
    for (int slot : announcedSlots) {
      SlotDirectory directory = owned(slot);
      if (directory == null) {
        moved.add(slot);
        continue;
      }
      if (from.equals(announcements.get(from.gatewayId()))) {
        directory
            .announced(from.gatewayId(), from.number())
            .forEach(gone -> copy.changed(new CopyChange(slot, directory.epoch(), gone, false)));
        if (directory.isComplete(liveGateways.get())) {
          copy.refresh(slot);
        }
      }
    }
    if (!moved.isEmpty()) {
      from.link().slotsMoved(moved);
    }
  }

  /// Ends an announcement. The gateway's devices stay known while it is registered: it may be back
  /// in a moment.
  void ended(Announcement from) {
    if (announcements.remove(from.gatewayId(), from)) {
      forEachSlot((slot, directory) -> directory.interrupted(from.gatewayId()));
      if (!liveGateways.get().contains(from.gatewayId())) {
        gatewayGone(from.gatewayId());
      }
    }
  }

  /// Forgets a gateway whose registration has ended, and all its devices.
  void gatewayGone(String gatewayId) {
    Announcement ended = announcements.remove(gatewayId);
    if (ended != null) {
      // It may live and only have lost its lease: what it announced is forgotten, so it has to
      // begin anew.
      ended.link().end();
    }
    forEachSlot((slot, directory) ->
        directory
            .forget(gatewayId)
            .forEach(gone -> copy.changed(new CopyChange(slot, directory.epoch(), gone, false))));
  }

  /// Where users are, in the order asked; users whose slot is not owned here are left out, their
  /// slots named.
  Locations locate(List<String> userIds) {
    Set<String> live = liveGateways.get();
    Map<Integer, Boolean> complete = new HashMap<>();
    Locations.Builder answer = new Locations.Builder(userIds.size());
    for (String userId : userIds) {
      int slot = slotOf(userId);
      SlotDirectory directory = owned(slot);
      if (directory == null) {
        answer.moved(slot);
      } else {
        boolean whole = complete.computeIfAbsent(slot, s -> directory.isComplete(live));
        answer.found(new UserLocation(userId, directory.find(userId), whole));
      }
    }
    metrics.located(userIds.size());
    return answer.build();
  }

  /// Begins to answer for a slot, with nothing known.
  void slotClaimed(int slot, long epoch) {
    slots.set(slot, new SlotDirectory(epoch));
    copy.claimed(slot);
  }

  /// Takes in the copy of a slot that its previous owner left, as far as gateways in it still live,
  /// and has it written anew as a copy of our own.
  void slotWarmed(int slot, long epoch, List<DeviceSession> sessions) {
    SlotDirectory directory = slots.get(slot);
    if (directory != null && directory.epoch() == epoch) {
      Set<String> live = liveGateways.get();
      directory.warm(sessions.stream().filter(s -> live.contains(s.gatewayId())).toList());
      copy.refresh(slot);
    }
  }

  /// Stops answering for a slot and forgets what was known.
  void slotReleased(int slot) {
    slots.set(slot, null);
    copy.released(slot);
  }

  private Optional<SlotContents> contentsOf(int slot) {
    return Optional.ofNullable(slots.get(slot))
        .map(directory ->
            new SlotContents(
                directory.epoch(), directory.all(), directory.isComplete(liveGateways.get())));
  }

  private long deviceCount() {
    long count = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      SlotDirectory directory = slots.get(slot);
      count += directory == null ? 0 : directory.size();
    }
    return count;
  }

  private @Nullable SlotDirectory owned(int slot) {
    return ownsSlot.test(slot) ? slots.get(slot) : null;
  }

  private static int slotOf(String userId) {
    return Slots.of(userId.getBytes(StandardCharsets.UTF_8));
  }

  private interface SlotVisitor {
    void visit(int slot, SlotDirectory directory);
  }

  private void forEachSlot(SlotVisitor visitor) {
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      SlotDirectory directory = slots.get(slot);
      if (directory != null) {
        visitor.visit(slot, directory);
      }
    }
  }
}
