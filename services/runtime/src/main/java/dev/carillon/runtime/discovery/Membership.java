package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The session of one process in the [Registry]: a lease that is kept alive and replaced when lost.
///
/// Everything registered here is written again under each new lease. Keys that were created through
/// a [Lease] end with it: their creator gets [MembershipListener#onLost] and claims again. May be
/// used from any thread.
///
/// One thread grants, registers, keeps alive and starts over. It is a platform thread on purpose: a
/// lease must not lapse because the threads that run virtual threads are busy. A lease that was
/// lost by the local clock is never used again, even when the store still knows it: it is revoked
/// first, so that its keys are free before the next lease claims.
public final class Membership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration GIVE_BACK_AT_MOST = Duration.ofSeconds(1);

  private final LeaseCalls calls;
  private final Duration timeToLive;
  private final LongSupplier nanos;
  private final Thread thread;

  private final Object lock = new Object();
  private final Map<String, String> registered = new LinkedHashMap<>();
  private final SequencedMap<String, String> unwritten = new LinkedHashMap<>();
  private volatile boolean closed;
  private volatile boolean abandoned;

  // Touched by the session's thread only.
  private @Nullable HeldLease notGivenBack;

  private final Object listening = new Object();
  private final List<MembershipListener> listeners = new ArrayList<>();
  private volatile @Nullable HeldLease held;
  private final AtomicLong lost = new AtomicLong();

  Membership(LeaseCalls calls, Duration timeToLive, LongSupplier nanos) {
    if (!timeToLive.isPositive()) {
      throw new IllegalArgumentException("timeToLive: " + timeToLive + " (expected: more than 0)");
    }
    this.calls = calls;
    this.timeToLive = timeToLive;
    this.nanos = nanos;
    this.thread = Thread.ofPlatform().name("carillon-lease").daemon().unstarted(this::run);
  }

  Membership start() {
    thread.start();
    return this;
  }

  /// The lease that is held now; empty before the first one and from the loss of one to the next.
  public Optional<Lease> lease() {
    return Optional.ofNullable(held);
  }

  /// Keeps `key` at `value` under the lease, from as soon as there is one until close. A second
  /// call for a key replaces its value.
  public void register(String key, String value) {
    synchronized (lock) {
      registered.put(key, value);
      unwritten.put(key, value);
      lock.notifyAll();
    }
  }

  /// Adds a listener; when a lease is held, the listener is called before this method returns.
  public void addListener(MembershipListener listener) {
    synchronized (listening) {
      listeners.add(listener);
      HeldLease lease = held;
      if (lease != null) {
        listener.onJoined(lease);
      }
    }
  }

  /// How many leases were lost so far, not counting the one given back by close.
  public long leasesLost() {
    return lost.get();
  }

  /// Gives back the lease, so that all its keys vanish at once; waits a second at most for the
  /// store.
  @Override
  public void close() {
    stop(false);
  }

  /// Stops keeping the lease alive, without giving it back and without calling listeners, as a
  /// killed process would.
  void abandon() {
    stop(true);
  }

  private void stop(boolean withoutTrace) {
    synchronized (lock) {
      // In this order: the thread looks at `abandoned` once it has seen `closed`.
      abandoned |= withoutTrace;
      closed = true;
      lock.notifyAll();
    }
    thread.interrupt();
    try {
      thread.join(GIVE_BACK_AT_MOST.plusSeconds(1).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      HeldLease lease = open();
      if (lease == null) {
        pause(RETRY_NANOS);
        continue;
      }
      announce(lease);
      hold(lease);
      if (abandoned) {
        return;
      }
      retract(lease);
      giveBack(lease);
    }
  }

  private @Nullable HeldLease open() {
    HeldLease stale = notGivenBack;
    if (stale != null) {
      giveBack(stale);
    }
    long sentAt = nanos.getAsLong();
    LeaseCalls.Grant grant = await(calls.grant(timeToLive), timeToLive.toNanos());
    if (grant == null) {
      return null;
    }
    HeldLease lease = new HeldLease(grant, sentAt, calls, nanos);
    synchronized (lock) {
      unwritten.putAll(registered);
    }
    if (!write(lease) || !lease.isValid()) {
      giveBack(lease);
      return null;
    }
    return lease;
  }

  private void giveBack(HeldLease lease) {
    CompletableFuture<Boolean> revoked = calls.revoke(lease.id()).thenApply(done -> true);
    notGivenBack = await(revoked, GIVE_BACK_AT_MOST.toNanos()) == null ? lease : null;
  }

  private void hold(HeldLease lease) {
    long renewAt = nanos.getAsLong() + renewIn(lease);
    while (!closed) {
      // Looks at the clock of the lease often, so that its loss is reported soon after it happened.
      synchronized (lock) {
        if (unwritten.isEmpty()) {
          pause(Math.min(renewAt - nanos.getAsLong(), LOOK_NANOS));
        }
      }
      if (!lease.isValid()) {
        return;
      }
      boolean written = write(lease);
      if (nanos.getAsLong() - renewAt >= 0) {
        Duration prolonged = renew(lease);
        if (prolonged != null && prolonged.isZero()) {
          return;
        }
        renewAt = nanos.getAsLong() + (prolonged == null ? RETRY_NANOS : renewIn(lease));
      }
      if (!lease.isValid()) {
        return;
      }
      if (!written) {
        pause(RETRY_NANOS);
      }
    }
  }

  /// After a third of the time to live, and earlier when a slow answer has used up so much of it
  /// that less than half would be left by then.
  private long renewIn(HeldLease lease) {
    long spare = lease.remainingNanos() - timeToLive.toNanos() / 2;
    return Math.min(timeToLive.toNanos() / 3, Math.max(spare, RETRY_NANOS));
  }

  /// Returns the new time to live, zero when the lease is gone, null when the store did not answer.
  private @Nullable Duration renew(HeldLease lease) {
    long patience =
        Math.min(timeToLive.toNanos() / 3, Math.max(lease.remainingNanos(), RETRY_NANOS));
    long sentAt = nanos.getAsLong();
    Duration prolonged = await(calls.keepAlive(lease.id()), patience);
    if (prolonged != null && !prolonged.isZero()) {
      lease.prolong(sentAt, prolonged);
    }
    return prolonged;
  }

  private boolean write(HeldLease lease) {
    for (Map.Entry<String, String> next = next(); next != null; next = next()) {
      CompletableFuture<Void> put = calls.put(lease.id(), next.getKey(), next.getValue());
      if (await(put.thenApply(done -> true), timeToLive.toNanos() / 6) == null) {
        synchronized (lock) {
          // A value that was registered in the meantime is the one to write.
          unwritten.putIfAbsent(next.getKey(), next.getValue());
        }
        return false;
      }
    }
    return true;
  }

  private Map.@Nullable Entry<String, String> next() {
    synchronized (lock) {
      return unwritten.pollFirstEntry();
    }
  }

  private void announce(HeldLease lease) {
    LOG.info("joined the registry with {}", lease);
    synchronized (listening) {
      held = lease;
      notifyEach(listener -> listener.onJoined(lease));
    }
  }

  private void retract(HeldLease lease) {
    lease.end();
    if (!closed) {
      lost.incrementAndGet();
      LOG.warn(
          "{} may have ended; everything held under it is given up until there is a new one",
          lease);
    }
    synchronized (listening) {
      held = null;
      notifyEach(listener -> listener.onLost(lease));
    }
  }

  private void notifyEach(Consumer<MembershipListener> event) {
    for (MembershipListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        LOG.error("a membership listener failed", e);
      }
    }
  }

  private <T> @Nullable T await(CompletableFuture<T> future, long patience) {
    try {
      return future.get(patience, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      LOG.debug("the registry did not answer", e.getCause());
      return null;
    } catch (TimeoutException e) {
      future.cancel(true);
      return null;
    } catch (InterruptedException e) {
      // Only stop() interrupts this thread; the loops look at `closed`, and giving back must still
      // run.
      future.cancel(true);
      return null;
    }
  }

  private void pause(long duration) {
    synchronized (lock) {
      if (closed || duration <= 0) {
        return;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(lock, duration);
      } catch (InterruptedException e) {
        // Only stop() interrupts, after it set `closed`.
      }
    }
  }
}
