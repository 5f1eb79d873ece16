package dev.carillon.presence;

import dev.carillon.presence.DirectoryCopy.CopyChange;
import dev.carillon.presence.DirectoryCopy.CopyUnavailableException;
import dev.carillon.presence.DirectoryCopy.SlotContents;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.Slots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rules of the directory: which announcements count, and when an answer is complete.
///
/// All state is in memory, one [SlotDirectory] per owned slot; nothing here blocks. Thread-safe.
final class PresenceService implements SlotListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PresenceService.class);

  private final IntPredicate ownsSlot;
  private final Supplier<Set<String>> liveGateways;
  private final DirectoryCopy directoryCopy;
  private final Semaphore takes;
  private final CopyWriter copy;
  private final PresenceMetrics metrics;
  private final AtomicReferenceArray<@Nullable SlotDirectory> slots =
      new AtomicReferenceArray<>(Slots.COUNT);
  private final Map<String, Announcement> announcements = new ConcurrentHashMap<>();
  private final AtomicLong announcementNumbers = new AtomicLong();
  private Set<String> knownGateways = Set.of();

  /// A device that connected, or one that disconnected.
  record SessionChange(DeviceSession session, boolean connected) {}

  /// One stream of one gateway. It owns the devices announced on it, until a later stream of the
  /// same gateway replaces it.
  ///
  /// @param number grows with every stream that this instance accepts, from 1
  record Announcement(String gatewayId, long number, GatewayLink link) {}

  /// The way back to a gateway that announces its devices. Calls never block; a message that finds
  /// the stream full or broken is dropped, because each repeats itself: the gateway announces
  /// again, or the device's older session ends by itself.
  interface GatewayLink {
    /// All changes up to this number have been applied.
    void acknowledge(long number);

    /// These slots are not owned here.
    void slotsMoved(Set<Integer> slots);

    /// Ends the stream, so that the gateway opens another and announces everything again.
    void end();

    /// A device of the gateway has connected elsewhere since.
    void superseded(DeviceSession older);
  }

  /// @param ownsSlot whether this instance owns a slot at this very moment
  /// @param liveGateways the instance ids of the gateways that are registered now
  /// @param takesAtOnce how many copies of previous owners are taken at the same time
  /// @param copyInterval how long to pause after a batch of changes was written to the copy
  /// @param nanos the monotonic clock
  PresenceService(
      IntPredicate ownsSlot,
      Supplier<Set<String>> liveGateways,
      DirectoryCopy directoryCopy,
      int takesAtOnce,
      BatchInterval copyInterval,
      LongSupplier nanos,
      PresenceMetrics metrics) {
    this.ownsSlot = ownsSlot;
    this.liveGateways = liveGateways;
    this.directoryCopy = directoryCopy;
    this.takes = new Semaphore(takesAtOnce);
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
    forEachSlot((directory, slot) -> directory.interrupted(gatewayId));
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
      int slot = Slots.of(change.session().userId());
      SlotDirectory directory = owned(slot);
      if (directory == null) {
        moved.add(slot);
      } else {
        apply(from, slot, directory, change);
      }
    }
    metrics.changes.add(changes.size());
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
    if (older.isEmpty() || !older.get().isSameAs(session)) {
      copy.changed(new CopyChange(slot, directory.epoch(), session, true));
    }
    older.ifPresent(this::supersede);
  }

  private void supersede(DeviceSession older) {
    metrics.superseded.increment();
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
      forEachSlot((directory, slot) -> directory.interrupted(from.gatewayId()));
      if (!liveGateways.get().contains(from.gatewayId())) {
        gatewayGone(from.gatewayId());
      }
    }
  }

  /// Forgets the gateways whose registrations have ended since the last call; calls come one at a
  /// time.
  void gatewaysChanged() {
    Set<String> live = liveGateways.get();
    knownGateways.stream().filter(id -> !live.contains(id)).forEach(this::gatewayGone);
    knownGateways = live;
  }

  /// Forgets a gateway whose registration has ended, and all its devices.
  void gatewayGone(String gatewayId) {
    Announcement ended = announcements.remove(gatewayId);
    if (ended != null) {
      // It may live and only have lost its lease: what it announced is forgotten, so it has to
      // begin anew.
      ended.link().end();
    }
    forEachSlot((directory, slot) ->
        directory
            .forget(gatewayId)
            .forEach(gone -> copy.changed(new CopyChange(slot, directory.epoch(), gone, false))));
  }

  /// Where users are, in the order asked; users whose slot is not owned here are left out, their
  /// slots named.
  Locations locate(List<String> userIds) {
    Set<String> live = liveGateways.get();
    Map<Integer, Boolean> complete = new HashMap<>();
    List<Locations.UserLocation> found = new ArrayList<>(userIds.size());
    Set<Integer> moved = new TreeSet<>();
    for (String userId : userIds) {
      int slot = Slots.of(userId);
      SlotDirectory directory = owned(slot);
      if (directory == null) {
        moved.add(slot);
      } else {
        boolean whole = complete.computeIfAbsent(slot, s -> directory.isComplete(live));
        found.add(new Locations.UserLocation(userId, directory.find(userId), whole));
      }
    }
    metrics.located.add(userIds.size());
    return new Locations(found, moved);
  }

  /// Begins to answer for a slot, with nothing known, and takes the copy of its previous owner.
  @Override
  public void onClaimed(int slot, long epoch) {
    copy.leave(slot);
    slots.set(slot, new SlotDirectory(epoch));
    Thread.ofVirtual().name("presence-warm").start(() -> takeCopy(slot, epoch));
  }

  private void takeCopy(int slot, long epoch) {
    takes.acquireUninterruptibly();
    try {
      directoryCopy.take(slot, epoch).ifPresent(sessions -> warm(slot, epoch, sessions));
    } catch (CopyUnavailableException away) {
      LOG.debug("slot {} starts cold: {}", slot, away.getMessage());
    } finally {
      takes.release();
    }
  }

  /// Takes in the copy of a slot that its previous owner left, as far as gateways in it still live,
  /// and has it written anew as a copy of our own.
  private void warm(int slot, long epoch, List<DeviceSession> sessions) {
    SlotDirectory directory = slots.get(slot);
    if (directory != null && directory.epoch() == epoch) {
      Set<String> live = liveGateways.get();
      directory.warm(sessions.stream().filter(s -> live.contains(s.gatewayId())).toList());
      copy.refresh(slot);
    }
  }

  @Override
  public CompletableFuture<Void> onReleasing(int slot) {
    onLost(Set.of(slot));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onLost(Set<Integer> lost) {
    for (int slot : lost) {
      slots.set(slot, null);
      copy.leave(slot);
    }
  }

  private Optional<SlotContents> contentsOf(int slot) {
    return Optional.ofNullable(slots.get(slot))
        .map(directory ->
            new SlotContents(
                directory.epoch(), directory.all(), directory.isComplete(liveGateways.get())));
  }

  private long deviceCount() {
    LongAdder count = new LongAdder();
    forEachSlot((directory, slot) -> count.add(directory.size()));
    return count.sum();
  }

  private @Nullable SlotDirectory owned(int slot) {
    return ownsSlot.test(slot) ? slots.get(slot) : null;
  }

  private void forEachSlot(ObjIntConsumer<SlotDirectory> visitor) {
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      SlotDirectory directory = slots.get(slot);
      if (directory != null) {
        visitor.accept(directory, slot);
      }
    }
  }
}
