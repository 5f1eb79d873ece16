package dev.carillon.runtime.slots;

import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.discovery.Entry;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.Lease;
import dev.carillon.runtime.discovery.MembershipListener;
import dev.carillon.runtime.discovery.PrefixListener;
import dev.carillon.runtime.discovery.Subscription;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.slots.SlotClaims.Claim;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Claims this instance's share of a service's slots and hands them over when the share changes.
///
/// The share is decided by rendezvous hashing over the instances that are announced and not
/// draining. A slot changes hands without a moment of two owners: the old one stops, finishes and
/// deletes the key; only then can the next one create it. When an owner dies, its keys end with its
/// lease.
///
/// One thread takes in what happened, then compares what it holds with its share, and starts the
/// claims and handovers that close the difference. It never waits for the registry or the service,
/// so a lost lease is acted upon at once: their answers come back as further events. At most one
/// claim and one deletion are under way, each of many slots. Everything not `volatile` or atomic is
/// touched by this thread only.
public final class SlotOwner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotOwner.class);
  private static final String HEALTH_REASON = "slots";
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final String service;
  private final Duration releaseAtMost;
  private final SlotKeys keys;
  private final Instances instances;
  private final SlotClaims claims;
  private final SlotListener listener;
  private final Health health;
  private final LongSupplier nanos;
  private final SlotDeletions deletions;
  private final BatchLoop<Runnable> loop;
  private final Subscription watch;
  private final Subscription members;
  private final AtomicLong released = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile int shareSize = Slots.COUNT;

  private @Nullable Lease lease;
  private BitSet share = new BitSet();
  private boolean shareKnown;
  private boolean seenLoaded;
  private boolean draining;
  private boolean completeOnce;
  private final BitSet claiming = new BitSet();
  private final Set<Integer> overdue = new TreeSet<>();
  private boolean paused;
  private long pausedUntil;

  /// Begins to claim; to be called when the instance serves and is announced.
  ///
  /// @param service the slotted service's name
  /// @param releaseAtMost how long [SlotListener#onReleasing] may take before the slot is given
  ///   away all the same
  /// @param claims of this instance, which nobody else fills
  /// @param health gets the reason `slots` until the share is claimed for the first time, and
  ///   whenever there is no lease
  /// @param nanos a monotonic clock in nanoseconds
  public SlotOwner(
      String service,
      Duration releaseAtMost,
      Instances instances,
      SlotClaims claims,
      SlotListener listener,
      Health health,
      LongSupplier nanos) {
    this.service = service;
    this.releaseAtMost = releaseAtMost;
    this.keys = SlotKeys.of(service);
    this.instances = instances;
    this.claims = claims;
    this.listener = listener;
    this.health = health;
    this.nanos = nanos;
    this.pausedUntil = nanos.getAsLong();
    this.deletions = new SlotDeletions(instances.registry(), keys, this::post, this::pause);
    health.notReady(HEALTH_REASON, "slots are being claimed");
    this.loop = new BatchLoop<Runnable>("carillon-slots-" + service, nanos, this::work).start();
    instances.membership().addListener(new LeaseEvents());
    this.watch = instances.registry().watch(keys.prefix(), new KeyEvents());
    this.members = instances.of(service).onChange(this::onInstances);
  }

  /// How many slots are this instance's share; for metrics.
  public int share() {
    return shareSize;
  }

  /// How many slots were handed over in order so far; for metrics.
  public long released() {
    return released.get();
  }

  /// How many slots were lost, with the lease or by a handover that took too long; for metrics.
  public long lost() {
    return lost.get();
  }

  /// Announces that this instance is draining and hands all slots over.
  ///
  /// @return completes when this instance holds no slot any more
  public CompletableFuture<Void> drain() {
    instances.drain(claims.instance);
    post(() -> draining = true);
    return drained;
  }

  /// Drains, waiting no longer than twice the bound of a handover, and stops. What the owner's
  /// thread has not given up a second later ends with the lease.
  @Override
  public void close() {
    try {
      drain().get(2 * releaseAtMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The registry is away: the lease will end what could not be handed over.
    } finally {
      members.close();
      watch.close();
      post(() -> drop("this instance stops"));
      if (loop.finish(CLOSE_LIMIT)) {
        // An interrupt may have ended the thread before the event.
        drop("this instance stops");
      }
    }
  }

  private void post(Runnable event) {
    loop.offer(event);
  }

  private Next work(List<Runnable> events) {
    events.forEach(SlotOwner::call);
    long left = pausedUntil - nanos.getAsLong();
    paused = left > 0;
    reconcile();
    return paused ? new Next.Within(Duration.ofNanos(left)) : Next.WHEN_QUEUED;
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
    } catch (RuntimeException | Error bug) {
      finished = CompletableFuture.failedFuture(bug);
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
    call(() -> listener.onLost(gone));
  }

  /// Deletes keys that carry our name though we hold no claim: left by a call whose answer was
  /// lost.
  private void deleteOrphans() {
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      Entry entry = claims.seen(slot);
      if (entry != null
          && claims.get(slot) == null
          && entry.value().equals(claims.instance)
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
      if (claims.get(slot) == null && claims.seen(slot) == null) {
        claiming.set(slot);
        free.put(keys.key(slot), claims.instance);
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
      // Others were faster, and the watch reports it in a moment.
      pause();
    }
    Lease current = lease;
    if (current == null || current.id() != mine.id()) {
      return;
    }
    created.forEach((key, epoch) -> {
      int slot = keys.slot(key);
      if (!deletions.isGone(slot, epoch)) {
        claims.begin(
            slot, new Claim(mine, epoch), () -> call(() -> listener.onClaimed(slot, epoch)));
      }
    });
  }

  /// Gives up everything at once, together with the lease.
  private void drop(String why) {
    lease = null;
    Set<Integer> gone = claims.endAll();
    deletions.clear();
    if (!gone.isEmpty()) {
      LOG.warn("{} slots of {} are given up: {}", gone.size(), service, why);
      lost.addAndGet(gone.size());
      call(() -> listener.onLost(gone));
    }
  }

  /// Not ready before it had its whole share once, and whenever it has no lease. Later a share that
  /// grows, because another instance died, only degrades it: what it has, it serves.
  private void report(BitSet wanted) {
    long claimed = wanted.stream().filter(claims::serves).count();
    if (lease != null && claimed == wanted.cardinality()) {
      completeOnce = true;
      health.ready(HEALTH_REASON);
      return;
    }
    String text = "slots claimed: " + claimed + " (expected: " + wanted.cardinality() + ")";
    if (lease != null && completeOnce) {
      health.degraded(HEALTH_REASON, text);
    } else {
      health.notReady(HEALTH_REASON, text);
    }
  }

  private boolean holdsNothing() {
    return deletions.isEmpty()
        && claiming.isEmpty()
        && IntStream.range(0, Slots.COUNT).allMatch(slot -> claims.get(slot) == null);
  }

  private void pause() {
    pausedUntil = nanos.getAsLong() + RETRY_NANOS;
  }

  private void onInstances(List<Instance> view) {
    post(() -> {
      share =
          Rendezvous.slotsOf(
              claims.instance,
              view.stream().filter(other -> !other.draining()).map(Instance::id).toList());
      shareSize = share.cardinality();
      shareKnown = true;
    });
  }

  private void see(PrefixListener.Change change) {
    int slot = keys.slot(change.key());
    if (slot >= 0) {
      claims.see(slot, change instanceof PrefixListener.Change.Put put ? put.entry() : null);
    }
  }

  private static void call(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error bug) {
      LOG.error("an event or a listener of slots failed", bug);
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
      post(() -> drop("the lease may have ended"));
    }
  }

  /// Turns changes of the slot keys into events.
  private final class KeyEvents implements PrefixListener {
    @Override
    public void onSnapshot(Map<String, Entry> entries) {
      post(() -> {
        for (int slot = 0; slot < Slots.COUNT; slot++) {
          claims.see(slot, entries.get(keys.key(slot)));
        }
        seenLoaded = true;
      });
    }

    @Override
    public void onChanges(List<Change> changes) {
      post(() -> changes.forEach(SlotOwner.this::see));
    }
  }
}
