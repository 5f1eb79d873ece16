package dev.carillon.connection.session;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.backend.ConnectedDevices;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Everybody who is connected: user to sessions and watches. Thread-safe.
public final class Sessions implements ConnectedDevices, PresenceAnnouncer.Listener {
  private static final Recipient[] NONE = {};

  /// Ids of a later process of the same gateway are greater, as long as clocks are.
  private static final int IDS_PER_MILLISECOND = 1 << 10;

  private static final Duration OVERLOAD_SPREAD = Duration.ofSeconds(5);

  private final ConcurrentHashMap<String, Recipient[]> byUser = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final InstantSource clock;
  private final AtomicLong lastId;
  private volatile @Nullable Farewell farewell;

  /// How the sessions of a draining gateway are sent away.
  ///
  /// @param spread over how long the devices are spread when they connect again
  /// @param grace how long their present connections still work
  record Farewell(Duration spread, Duration grace) {
    Duration notBefore() {
      return Duration.ofMillis(ThreadLocalRandom.current().nextLong(spread.toMillis() + 1));
    }
  }

  /// Nobody, at first; `clock` tells when devices connected.
  public Sessions(InstantSource clock) {
    this.clock = clock;
    this.lastId = new AtomicLong(clock.millis() * IDS_PER_MILLISECOND);
  }

  /// How many sessions are open.
  public int count() {
    return open.get();
  }

  /// Whether the gateway is on its way out and takes nobody in.
  public boolean isDraining() {
    return farewell != null;
  }

  @Override
  public void forEach(IntPredicate slots, Consumer<ConnectedDevice> consumer) {
    byUser.forEach((user, recipients) -> {
      if (slots.test(Slots.of(user))) {
        for (Recipient recipient : recipients) {
          consumer.accept(recipient);
        }
      }
    });
  }

  @Override
  public void superseded(String userId, String deviceId, long sessionId) {
    for (Recipient recipient : of(userId)) {
      if (recipient.sessionId() == sessionId && recipient.deviceId().equals(deviceId)) {
        endLater(recipient, replaced());
      }
    }
  }

  /// Ends the sessions of a user, of one device when `deviceId` is not empty; returns how many.
  public int end(String userId, String deviceId, Refusal reason) {
    int ended = 0;
    for (Recipient recipient : of(userId)) {
      if (recipient.isSession() && (deviceId.isEmpty() || deviceId.equals(recipient.deviceId()))) {
        endLater(recipient, reason);
        ended++;
      }
    }
    return ended;
  }

  /// Takes nobody in any more and asks everybody to connect elsewhere: at a moment of its own
  /// within `spread`, while the connection still works for `grace`.
  public void sendAway(Duration spread, Duration grace) {
    farewell = new Farewell(spread, grace);
    byUser.forEach((user, recipients) -> {
      for (Recipient recipient : recipients) {
        if (recipient instanceof Session session) {
          session.loop().execute(session::goAway);
        }
      }
    });
  }

  /// Ends whatever is still open.
  public void endAll(Refusal reason) {
    byUser.forEach((user, recipients) -> {
      for (Recipient recipient : recipients) {
        endLater(recipient, reason);
      }
    });
  }

  /// Waits until nobody is left, at most for `limit`; returns whether that came to be.
  public boolean awaitNobody(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (open) {
      while (open.get() > 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        open.wait(left);
      }
    }
    return true;
  }

  /// The farewell, while the gateway drains.
  @Nullable Farewell farewell() {
    return farewell;
  }

  /// How long a device that is sent away for this reason is to wait before it connects again, drawn
  /// at random; zero when that is its own affair.
  Duration waitAfter(String reason) {
    Farewell now = farewell;
    if (now != null) {
      return now.notBefore();
    }
    return ConnectionError.OVERLOADED.name().equals(reason)
        ? new Farewell(OVERLOAD_SPREAD, Duration.ZERO).notBefore()
        : Duration.ZERO;
  }

  /// An id for a new session, greater than all before.
  long nextId() {
    return lastId.incrementAndGet();
  }

  /// The gateway's clock, in milliseconds since 1970.
  long nowMillis() {
    return clock.millis();
  }

  /// The sessions and watches of a user; not to be changed.
  Recipient[] of(String userId) {
    return byUser.getOrDefault(userId, NONE);
  }

  /// Adds a session or watch. Of two sessions of a device the older one is ended: the one that was
  /// here before, unless the device's own numbers say that it is the later one.
  void add(Recipient added) {
    byUser.compute(
        added.userId(),
        (user, present) -> {
          Recipient[] others = present == null ? NONE : present;
          for (Recipient other : others) {
            if (other.deviceId().equals(added.deviceId())) {
              endLater(isOlder(added, other) ? added : other, replaced());
            }
          }
          Recipient[] all = Arrays.copyOf(others, others.length + 1);
          all[others.length] = added;
          return all;
        });
    count(added, 1);
  }

  /// Removes a session or watch that is present.
  void remove(Recipient removed) {
    byUser.computeIfPresent(
        removed.userId(),
        (user, present) -> {
          Recipient[] left =
              Arrays.stream(present).filter(one -> !one.equals(removed)).toArray(Recipient[]::new);
          return left.length == 0 ? null : left;
        });
    count(removed, -1);
  }

  private void count(Recipient recipient, int change) {
    if (recipient.isSession() && open.addAndGet(change) == 0) {
      synchronized (open) {
        open.notifyAll();
      }
    }
  }

  /// Never at once: the caller may be in the middle of a change of the map.
  private static void endLater(Recipient recipient, Refusal reason) {
    recipient.loop().eventLoop().execute(() -> recipient.end(reason));
  }

  private static boolean isOlder(Recipient one, Recipient other) {
    return one.connectionNumber() != 0
        && Long.compareUnsigned(one.connectionNumber(), other.connectionNumber()) < 0;
  }

  private static Refusal replaced() {
    return Refusals.of(ConnectionError.SESSION_REPLACED, "the device has connected again");
  }
}
