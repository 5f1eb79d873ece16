package dev.carillon.connection.session;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The registry of a gateway: the sessions and subscriptions of each user. Thread-safe.
public final class Sessions implements PresenceAnnouncer.Devices {
  private static final Recipient[] NONE = {};

  /// Ids of a later process of the same gateway are greater, as long as clocks are.
  private static final int IDS_PER_MILLISECOND = 1 << 10;

  private final ConcurrentHashMap<String, Recipient[]> byUser = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private final InstantSource clock;
  private final AtomicLong lastId;
  private volatile Recipient.@Nullable DrainNotice drainNotice;

  /// An empty registry; `clock` dates the connections.
  public Sessions(InstantSource clock) {
    this.clock = clock;
    this.lastId = new AtomicLong(clock.millis() * IDS_PER_MILLISECOND);
  }

  /// How many sessions are open.
  public int count() {
    return open.get();
  }

  @Override
  public void forEach(IntPredicate slots, Consumer<ConnectedDevice> consumer) {
    byUser.forEach((user, recipients) -> {
      if (slots.test(Slots.of(user))) {
        for (Recipient recipient : recipients) {
          consumer.accept(recipient.device());
        }
      }
    });
  }

  @Override
  public void superseded(String userId, String deviceId, long sessionId) {
    for (Recipient recipient : of(userId)) {
      if (recipient.device().sessionId() == sessionId
          && recipient.device().deviceId().equals(deviceId)) {
        endLater(recipient, replaced());
      }
    }
  }

  /// Ends the sessions of a user, of one device when `deviceId` is not empty; returns how many.
  public int end(String userId, String deviceId, Refusal reason) {
    int ended = 0;
    for (Recipient recipient : of(userId)) {
      if (recipient.isSession()
          && (deviceId.isEmpty() || deviceId.equals(recipient.device().deviceId()))) {
        endLater(recipient, reason);
        ended++;
      }
    }
    return ended;
  }

  /// Begins to drain: new sessions are refused, and every device is asked to connect elsewhere, at
  /// a time of its own within `spread`, while its connection still works for `grace`.
  public void drain(Duration spread, Duration grace) {
    Recipient.DrainNotice notice = new Recipient.DrainNotice(spread, grace);
    drainNotice = notice;
    forAll(recipient -> recipient.loop().execute(() -> recipient.goAway(notice)));
  }

  /// Ends whatever is still open.
  public void endAll(Refusal reason) {
    forAll(recipient -> endLater(recipient, reason));
  }

  private void forAll(Consumer<Recipient> action) {
    byUser.values().forEach(recipients -> Arrays.stream(recipients).forEach(action));
  }

  /// Waits until no session is open, at most for `limit`; returns whether that came to be. Blocks.
  public boolean awaitEmpty(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (open.get() > 0 && left > 0) {
        left = empty.awaitNanos(left);
      }
      return open.get() == 0;
    } finally {
      lock.unlock();
    }
  }

  /// What devices are asked while the gateway drains; null until then.
  Recipient.@Nullable DrainNotice drainNotice() {
    return drainNotice;
  }

  /// An id for a new session, greater than all before.
  long nextId() {
    return lastId.incrementAndGet();
  }

  /// The gateway's clock, in milliseconds since 1970.
  long nowMillis() {
    return clock.millis();
  }

  /// The sessions and subscriptions of a user; not to be changed.
  Recipient[] of(String userId) {
    return byUser.getOrDefault(userId, NONE);
  }

  /// Adds a session or subscription. Of two sessions of a device the older one is ended: the one
  /// that was here before, unless the device's own numbers say that it is the later one.
  void add(Recipient added) {
    byUser.compute(
        added.device().userId(),
        (user, present) -> {
          Recipient[] others = present == null ? NONE : present;
          for (Recipient other : others) {
            if (other.device().deviceId().equals(added.device().deviceId())) {
              endLater(isOlder(added.device(), other.device()) ? added : other, replaced());
            }
          }
          Recipient[] all = Arrays.copyOf(others, others.length + 1);
          all[others.length] = added;
          return all;
        });
    count(added, 1);
  }

  /// Removes a session or subscription that is present.
  void remove(Recipient removed) {
    byUser.computeIfPresent(
        removed.device().userId(),
        (user, present) -> {
          Recipient[] left =
              Arrays.stream(present).filter(one -> !one.equals(removed)).toArray(Recipient[]::new);
          return left.length == 0 ? null : left;
        });
    count(removed, -1);
  }

  private void count(Recipient recipient, int change) {
    if (recipient.isSession() && open.addAndGet(change) == 0) {
      lock.lock();
      try {
        empty.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /// Later, also when called on its loop: the caller may be in the middle of a change of the map.
  private static void endLater(Recipient recipient, Refusal reason) {
    recipient.loop().eventLoop().execute(() -> recipient.end(reason));
  }

  private static boolean isOlder(ConnectedDevice one, ConnectedDevice other) {
    return one.connectionNumber() != 0
        && Long.compareUnsigned(one.connectionNumber(), other.connectionNumber()) < 0;
  }

  private static Refusal replaced() {
    return ConnectionError.SESSION_REPLACED.refusal("the device has connected again");
  }
}
