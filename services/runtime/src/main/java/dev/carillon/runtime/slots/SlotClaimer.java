package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Entry;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.Lease;
import dev.carillon.runtime.discovery.MembershipListener;
import dev.carillon.runtime.discovery.PrefixListener;
import dev.carillon.runtime.discovery.Subscription;
import dev.carillon.runtime.lifecycle.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread behind a [SlotOwner]: it takes in what happened, then compares what it holds with its
/// share, and starts the claims and handovers that close the difference.
///
/// It never waits for the registry or the service, so a lost lease is acted upon at once: their
/// answers come back as further events. At most one claim and one deletion are under way, each of
/// many slots. Everything not `volatile` or atomic is touched by this thread only. `claims` and
/// `seen` are written by it and read by the hot path.
final class SlotClaimer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotClaimer.class);
  private static final long RETRY_MILLIS = 50;

  private final String service;
  private final String instance;
  private final Duration releaseAtMost;
  private final SlotKeys keys;
  private final Instances instances;
  private final SlotListener listener;
  private final SlotReadiness readiness;
  private final SlotDeletions deletions;
  private final SlotClaims claims = new SlotClaims(Slots.COUNT);
  private final AtomicReferenceArray<Entry> seen = new AtomicReferenceArray<>(Slots.COUNT);

  private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final AtomicLong released = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile int shareSize = Slots.COUNT;
  private volatile boolean closed;

  private @Nullable Lease lease;
  private BitSet share = new BitSet();
  private boolean shareKnown;
  private boolean seenLoaded;
  private boolean draining;
  private final BitSet claiming = new BitSet();
  private final Set<Integer> overdue = new TreeSet<>();
  private boolean paused;

  SlotClaimer(
      String service,
      String instance,
      Duration releaseAtMost,
      Instances instances,
      SlotListener listener,
      Health health) {
    this.service = service;
    this.instance = instance;
    this.releaseAtMost = releaseAtMost;
    this.keys = SlotKeys.of(service);
    this.instances = instances;
    this.listener = listener;
    this.readiness = new SlotReadiness(health);
    this.deletions = new SlotDeletions(instances.registry(), keys, this::post, this::pause);
    this.thread =
        Thread.ofPlatform().name("carillon-slots-" + service).daemon().unstarted(this::run);
  }

  void start() {
    readiness.starting();
    thread.start();
  }

  boolean isStarted() {
    return thread.getState() != Thread.State.NEW;
  }

  /// What this instance owns, for the hot path.
  SlotClaims claims() {
    return claims;
  }

  /// The slot's entry in the registry as it was last seen; null when the slot has no owner.
  @Nullable Entry seen(int slot) {
    return seen.get(slot);
  }

  int share() {
    return shareSize;
  }

  long released() {
    return released.get();
  }

  long lost() {
    return lost.get();
  }

  CompletableFuture<Void> drain() {
    post(() -> draining = true);
    return drained;
  }

  @Override
  public void close() {
    closed = true;
    post(() -> {});
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void post(Runnable event) {
    events.add(event);
  }

  private void run() {
    instances.membership().addListener(new LeaseEvents());
    try (Subscription watch = instances.registry().watch(keys.prefix(), new KeyEvents());
        Subscription members = instances.of(service).onChange(this::onInstances)) {
      List<Runnable> batch = new ArrayList<>();
      while (!closed) {
        batch.add(events.take());
        events.drainTo(batch);
        batch.forEach(Runnable::run);
        batch.clear();
        reconcile();
      }
    } catch (InterruptedException e) {
      LOG.warn("the slot thread of {} was interrupted and ends", service);
    }
    drop("this instance stops");
  }

  private void reconcile() {
    BitSet wanted = draining ? new BitSet() : share;
    reportOverdue();
    if (shareKnown) {
      releaseAllBut(wanted);
    }
    deleteOrphans();
    if (!paused) {
      deletions.flush();
    }
    if (shareKnown && seenLoaded) {
      claim(wanted);
      report(wanted);
    }
    if (draining && holdsNothing()) {
      drained.complete(null);
    }
  }

  private void releaseAllBut(BitSet wanted) {
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      Claim claim = claims.get(slot);
      if (claim != null && claim.serving && !wanted.get(slot)) {
        release(slot, claim);
      }
    }
  }

  private void release(int slot, Claim claim) {
    claim.serving = false;
    CompletableFuture<Void> finished;
    try {
      finished = listener.onReleasing(slot);
    } catch (RuntimeException e) {
      finished = CompletableFuture.failedFuture(e);
    }
    finished
        .copy()
        .orTimeout(releaseAtMost.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> post(() -> finished(slot, claim, failure)));
  }

  private void finished(int slot, Claim claim, @Nullable Throwable failure) {
    if (claims.get(slot) != claim) {
      return;
    }
    claims.end(slot);
    if (failure == null) {
      released.incrementAndGet();
    } else {
      LOG.debug("slot {} is given away before its work was finished", slot, failure);
      overdue.add(slot);
    }
    deletions.add(slot, claim.epoch);
  }

  private void reportOverdue() {
    if (overdue.isEmpty()) {
      return;
    }
    Set<Integer> gone = Set.copyOf(overdue);
    overdue.clear();
    LOG.warn(
        "{} slots of {} are given away before their work was finished, for it took over {} or"
            + " failed",
        gone.size(),
        service,
        releaseAtMost);
    lost.addAndGet(gone.size());
    tell(() -> listener.onLost(gone));
  }

  /// Deletes keys that carry our name though we hold no claim: left by a call whose answer was
  /// lost.
  private void deleteOrphans() {
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      Entry entry = seen.get(slot);
      if (entry != null
          && claims.get(slot) == null
          && entry.value().equals(instance)
          && !deletions.isGone(slot, entry.createRevision())
          && !claiming.get(slot)) {
        deletions.add(slot, entry.createRevision());
      }
    }
  }

  private void claim(BitSet wanted) {
    Lease mine = lease;
    if (mine == null || !claiming.isEmpty() || paused) {
      return;
    }
    Map<String, String> free = new HashMap<>();
    for (int slot = wanted.nextSetBit(0); slot >= 0; slot = wanted.nextSetBit(slot + 1)) {
      if (claims.get(slot) == null && seen.get(slot) == null) {
        claiming.set(slot);
        free.put(keys.key(slot), instance);
      }
    }
    if (!free.isEmpty()) {
      mine.createAll(free)
          .whenComplete((created, failure) -> post(() -> claimed(mine, free, created, failure)));
    }
  }

  private void claimed(
      Lease mine,
      Map<String, String> asked,
      @Nullable Map<String, Long> created,
      @Nullable Throwable failure) {
    claiming.clear();
    if (created == null || failure != null) {
      LOG.debug("claiming {} slots of {} failed", asked.size(), service, failure);
      pause();
      return;
    }
    if (created.size() < asked.size()) {
      // Others were faster, and the watch will tell in a moment.
      pause();
    }
    Lease current = lease;
    if (current == null || current.id() != mine.id()) {
      return;
    }
    created.forEach((key, epoch) -> begin(keys.slot(key), new Claim(mine, epoch)));
  }

  private void begin(int slot, Claim claim) {
    if (deletions.isGone(slot, claim.epoch)) {
      return;
    }
    claims.begin(slot, claim, () -> tell(() -> listener.onClaimed(slot, claim.epoch)));
  }

  /// Gives up everything at once, because the lease may have ended.
  private void drop(String why) {
    Set<Integer> gone = claims.endAll();
    deletions.clear();
    if (!gone.isEmpty()) {
      LOG.warn("{} slots of {} are given up: {}", gone.size(), service, why);
      lost.addAndGet(gone.size());
      tell(() -> listener.onLost(gone));
    }
  }

  private void report(BitSet wanted) {
    int claimed = 0;
    for (int slot = wanted.nextSetBit(0); slot >= 0; slot = wanted.nextSetBit(slot + 1)) {
      Claim claim = claims.get(slot);
      if (claim != null && claim.serving) {
        claimed++;
      }
    }
    readiness.report(claimed, wanted.cardinality(), lease != null);
  }

  private boolean holdsNothing() {
    if (!deletions.isEmpty() || !claiming.isEmpty()) {
      return false;
    }
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      if (claims.get(slot) != null) {
        return false;
      }
    }
    return true;
  }

  private void pause() {
    paused = true;
    CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> post(() -> paused = false));
  }

  private void onInstances(List<Instance> view) {
    post(() -> {
      TreeSet<String> candidates = new TreeSet<>();
      view.stream().filter(other -> !other.draining()).forEach(other -> candidates.add(other.id()));
      candidates.add(instance);
      share = Rendezvous.slotsOf(instance, candidates);
      shareSize = share.cardinality();
      shareKnown = true;
    });
  }

  private void see(PrefixListener.Change change) {
    int slot = keys.slot(change.key());
    if (slot >= 0) {
      seen.set(slot, change instanceof PrefixListener.Change.Put put ? put.entry() : null);
    }
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.error("a slot listener failed", e);
    }
  }

  /// Turns the lease's life into events.
  private final class LeaseEvents implements MembershipListener {
    @Override
    public void onJoined(Lease joined) {
      post(() -> {
        lease = joined;
        deletions.forgetGone();
      });
    }

    @Override
    public void onLost(Lease gone) {
      post(() -> {
        lease = null;
        drop("the lease may have ended");
      });
    }
  }

  /// Turns changes of the slot keys into events.
  private final class KeyEvents implements PrefixListener {
    @Override
    public void onSnapshot(Map<String, Entry> entries) {
      post(() -> {
        for (int slot = 0; slot < Slots.COUNT; slot++) {
          seen.set(slot, entries.get(keys.key(slot)));
        }
        seenLoaded = true;
      });
    }

    @Override
    public void onChanges(List<Change> changes) {
      post(() -> changes.forEach(SlotClaimer.this::see));
    }
  }
}
