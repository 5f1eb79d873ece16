package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.discovery.Lease;
import dev.carillon.runtime.slots.SlotClaims.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What two instances hold of a slot, under a scheduler that decides at every access to shared
/// memory which thread goes on: each claims it, hands it over and loses its lease. Who looks never
/// sees two owners, an epoch after a later one, or one that the service was not told of.
@Tag("schedules")
final class SlotClaimsSchedulesIT {
  private static final int SLOT = 0;

  @Test
  void theSchedulerFindsTwoOwners() {
    assertThatThrownBy(() -> check(GivenAwayTooEarly.class)).hasMessageContaining("two owners");
  }

  @Test
  void thereIsOneOwnerAtMostAndEpochsOnlyGrow() {
    check(AsItIs.class);
  }

  private static void check(Class<?> scenario) {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(10)
        .invocationsPerIteration(80)
        .minimizeFailedScenario(false)
        .verifier(EpsilonVerifier.class)
        .check(scenario);
  }

  /// As an owner does it: it serves no longer, then others may claim.
  public static final class AsItIs extends Scenario {
    /// One has the slot.
    public AsItIs() {
      super(Instance::handOver);
    }
  }

  /// The other way round.
  public static final class GivenAwayTooEarly extends Scenario {
    /// One has the slot.
    public GivenAwayTooEarly() {
      super(Instance::handOverTooEarly);
    }
  }

  /// What may happen at the same time.
  public abstract static class Scenario {
    private final Handover handover;
    private final Key key = new Key();
    private final Instance one = new Instance(key);
    private final Instance other = new Instance(key);
    private final List<Long> seen = new ArrayList<>();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();

    private Scenario(Handover handover) {
      this.handover = handover;
      one.claim();
    }

    /// One claims the slot.
    @Operation(nonParallelGroup = "one")
    public void claimByOne() {
      one.claim();
    }

    /// One hands the slot over.
    @Operation(nonParallelGroup = "one")
    public void handOverByOne() {
      handover.of(one);
    }

    /// One loses its lease and gets another.
    @Operation(nonParallelGroup = "one")
    public void loseByOne() {
      one.lose();
    }

    /// The other claims the slot.
    @Operation(nonParallelGroup = "other")
    public void claimByOther() {
      other.claim();
    }

    /// The other hands the slot over.
    @Operation(nonParallelGroup = "other")
    public void handOverByOther() {
      handover.of(other);
    }

    /// The other loses its lease and gets another.
    @Operation(nonParallelGroup = "other")
    public void loseByOther() {
      other.lose();
    }

    /// Somebody looks at both.
    @Operation(nonParallelGroup = "other")
    public void look() {
      look(one, other);
      look(other, one);
    }

    private void look(Instance at, Instance elsewhere) {
      long epoch = at.claims.epoch(SLOT);
      if (epoch == 0) {
        return;
      }
      seen.add(epoch);
      if (!at.told.contains(epoch)) {
        wrong.add("served before the service was told: " + epoch);
      }
      boolean twice = elsewhere.claims.owns(SLOT);
      boolean held = at.claims.holds(SLOT, epoch);
      // Under one epoch a slot is owned without interruption: owned before and after is owned
      // between.
      if (at.claims.epoch(SLOT) == epoch && (twice || !held)) {
        wrong.add(twice ? "two owners: one in epoch " + epoch : "served and not held: " + epoch);
      }
    }

    /// Holds after every schedule.
    @Validate
    public void whatWasSeenIsRight() {
      if (!seen.equals(seen.stream().sorted().toList())) {
        wrong.add("an epoch after a later one: " + seen);
      }
      if (!wrong.isEmpty()) {
        throw new IllegalStateException(wrong.toString());
      }
    }
  }

  /// How an instance hands its slot over.
  private interface Handover {
    void of(Instance instance);
  }

  /// The slot's key in the registry: 0 while it does not exist, or else its epoch.
  private static final class Key {
    private final AtomicLong epoch = new AtomicLong();
    private final AtomicLong last = new AtomicLong();

    /// The epoch of the key if it was created, 0 when it exists already.
    long create() {
      long next = last.incrementAndGet();
      return epoch.compareAndSet(0, next) ? next : 0;
    }

    void delete(long created) {
      epoch.compareAndSet(created, 0);
    }
  }

  /// An instance, which begins to claim after the service looks at its slots.
  private static final class Instance {
    private final Key key;
    private final SlotClaims claims = new SlotClaims("a", 1);
    private final Set<Long> told = ConcurrentHashMap.newKeySet();
    private TestLease lease = new TestLease();

    Instance(Key key) {
      this.key = key;
    }

    void claim() {
      long epoch = claims.get(SLOT) == null ? key.create() : 0;
      if (epoch != 0) {
        claims.begin(SLOT, new Claim(lease, epoch), () -> told.add(epoch));
      }
    }

    void handOver() {
      Claim claim = claims.get(SLOT);
      if (claim != null) {
        claim.serving = false;
        claims.end(SLOT);
        key.delete(claim.epoch);
      }
    }

    void handOverTooEarly() {
      Claim claim = claims.get(SLOT);
      if (claim != null) {
        key.delete(claim.epoch);
        claim.serving = false;
        claims.end(SLOT);
      }
    }

    /// The registry ends the keys of a lease when it is over by any clock; the owner's thread hears
    /// of it later.
    void lose() {
      Claim claim = claims.get(SLOT);
      lease.valid = false;
      if (claim != null) {
        key.delete(claim.epoch);
      }
      claims.endAll();
      lease = new TestLease();
    }
  }

  private static final class TestLease implements Lease {
    private volatile boolean valid = true;

    @Override
    public long id() {
      return 1;
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public CompletableFuture<Map<String, Long>> createAll(Map<String, String> entries) {
      return CompletableFuture.completedFuture(Map.of());
    }
  }
}
