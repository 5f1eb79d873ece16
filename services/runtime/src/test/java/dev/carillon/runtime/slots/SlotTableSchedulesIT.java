package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.carillon.runtime.discovery.Entry;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.PrefixListener.Change;
import dev.carillon.runtime.lifecycle.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A caller's view of a slot under a scheduler that decides at every access to shared memory which
/// thread goes on: the slot moves, the registry tells of it late, callees that refuse tell of it
/// early, instances come and go, and the view is closed. Nobody ever sees an epoch after a later
/// one, everybody is told of what there is in the end, and nobody waits for ever.
@Tag("schedules")
final class SlotTableSchedulesIT {
  private static final int SLOT = 1;
  private static final int SLOTS = 2;

  /// What knows of no threads and reads text.
  private static final String[] READERS = {Instances.class.getName(), SlotKeys.class.getName()};

  @Test
  void theSchedulerFindsNewsThatOlderNewsReplace() {
    assertThatThrownBy(() -> check(Unguarded.class)).hasMessageContaining("after a later one");
  }

  @Test
  void theSchedulerFindsTwoWhoWaitForEachOther() {
    assertThatThrownBy(() -> check(ClosedUnderItsLock.class)).hasMessageContaining("has hung");
  }

  @Test
  void noEpochFollowsALaterOneWhileTheSlotMovesAndTheViewIsClosed() {
    check(AsItIs.class);
  }

  private static void check(Class<?> scenario) {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(6)
        .invocationsPerIteration(60)
        .minimizeFailedScenario(false)
        .addGuarantee(forClasses(READERS).allMethods().treatAsAtomic())
        .verifier(EpsilonVerifier.class)
        .check(scenario);
  }

  /// The view as it is.
  public static final class AsItIs extends Scenario {
    /// The slot is nobody's.
    public AsItIs() {
      super(new Followed());
    }
  }

  /// What a view would be that looks and then writes.
  public static final class Unguarded extends Scenario {
    /// The slot is nobody's.
    public Unguarded() {
      super(new LookingAndWriting());
    }
  }

  /// What a view would be that stays locked while it takes its leave of those who tell it.
  public static final class ClosedUnderItsLock extends Scenario {
    /// The slot is nobody's.
    public ClosedUnderItsLock() {
      super(new TakingLeaveLocked());
    }
  }

  /// What may happen at the same time, whatever the view.
  public abstract static class Scenario {
    private final World world;

    private Scenario(View view) {
      world = new World(view);
    }

    /// The slot has another owner, of which nobody is told yet.
    @Operation(nonParallelGroup = "owners")
    public void move() {
      world.move();
    }

    /// A callee that refuses says whose the slot is.
    @Operation(nonParallelGroup = "owners")
    public void refuse() {
      world.refuse();
    }

    /// Nobody needs the view any longer.
    @Operation(nonParallelGroup = "owners")
    public void close() {
      world.view.close();
    }

    /// The registry tells of the next owner.
    @Operation(nonParallelGroup = "registry")
    public void tell() {
      world.tell();
    }

    /// The registry tells that an instance came or went.
    @Operation(nonParallelGroup = "registry")
    public void tellOfAnInstance() {
      world.tellOfAnInstance();
    }

    /// A caller looks.
    @Operation(nonParallelGroup = "caller")
    public void look() {
      world.look();
    }

    /// Holds after every schedule.
    @Validate
    public void whatWasSeenIsInOrder() {
      world.requireOrder();
    }
  }

  /// Who sees where the slot is; an epoch of 0 is nobody's.
  private interface View {
    long epoch();

    /// The epoch that was told last to whoever wants to hear of moves.
    long heard();

    void learn(long epoch);

    void told(long epoch);

    void toldOfAnInstance(Change change);

    void close();
  }

  /// The view that there is.
  private static final class Followed implements View {
    private static final SlotKeys KEYS = SlotKeys.of("message");

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final SlotTable table =
        new SlotTable(
            Instances.join(registry, Duration.ofMinutes(1), new Health()), "message", SLOTS);
    private volatile long heard;

    Followed() {
      toldOfAnInstance(World.A_CAME);
      toldOfAnInstance(World.B_CAME);
      table.onMove((slot, owner) -> heard = owner.map(OwnerLocation::epoch).orElse(0L));
    }

    @Override
    public long epoch() {
      return table.ownerOf(SLOT).map(OwnerLocation::epoch).orElse(0L);
    }

    @Override
    public long heard() {
      return heard;
    }

    @Override
    public void learn(long epoch) {
      table.learn(new SlotMoved(SLOT, World.owner(epoch), epoch));
    }

    @Override
    public void told(long epoch) {
      String key = KEYS.key(SLOT);
      Change created = new Change.Put(new Entry(key, World.owner(epoch), epoch));
      registry.tell(KEYS.prefix(), new Change.Deleted(key), created);
    }

    @Override
    public void toldOfAnInstance(Change change) {
      registry.tell(World.INSTANCES, change);
    }

    @Override
    public void close() {
      table.close();
    }
  }

  /// Sees whether it is news, and then notes it.
  private static final class LookingAndWriting implements View {
    private volatile long epoch;

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public long heard() {
      return epoch;
    }

    @Override
    public void learn(long news) {
      if (news > epoch) {
        epoch = news;
      }
    }

    @Override
    public void told(long news) {
      learn(news);
    }

    @Override
    public void toldOfAnInstance(Change change) {}

    @Override
    public void close() {}
  }

  /// Hears under the lock of who tells, and tells that one under its own that it is leaving.
  private static final class TakingLeaveLocked implements View {
    private final Object teller = new Object();
    private long epoch;

    @Override
    public synchronized long epoch() {
      return epoch;
    }

    @Override
    public synchronized long heard() {
      return epoch;
    }

    @Override
    public synchronized void learn(long news) {
      epoch = Math.max(epoch, news);
    }

    @Override
    public synchronized void told(long news) {
      epoch = Math.max(epoch, news);
    }

    @Override
    public void toldOfAnInstance(Change change) {
      synchronized (teller) {
        told(epoch());
      }
    }

    @Override
    public synchronized void close() {
      synchronized (teller) {
        epoch = Math.max(epoch, 0);
      }
    }
  }

  /// The slot as it is, what was told of it, and what was seen.
  private static final class World {
    private static final String INSTANCES = "/carillon/instances/message/";
    private static final Change A_CAME = came("a");
    private static final Change B_CAME = came("b");
    private static final Change B_WENT = new Change.Deleted(INSTANCES + "b");

    private final View view;
    private final AtomicLong latest = new AtomicLong(2);
    private final List<Long> seen = new ArrayList<>();
    private long told;
    private boolean bothAreThere = true;

    World(View view) {
      this.view = view;
    }

    static String owner(long epoch) {
      return epoch % 2 == 0 ? "a" : "b";
    }

    private static Change came(String id) {
      String json =
          "{'service':'message','id':'%s','address':'%s:1','adminAddress':'%s:2','draining':false}";
      String value = json.replace('\'', '"').replace("%s", id);
      return new Change.Put(new Entry(INSTANCES + id, value, 1));
    }

    void move() {
      latest.incrementAndGet();
    }

    void refuse() {
      view.learn(latest.get());
    }

    void tell() {
      if (told < latest.get()) {
        view.told(++told);
      }
    }

    void tellOfAnInstance() {
      view.toldOfAnInstance(bothAreThere ? B_WENT : B_CAME);
      bothAreThere = !bothAreThere;
    }

    void look() {
      long epoch = view.epoch();
      if (epoch != 0) {
        seen.add(epoch);
      }
    }

    void requireOrder() {
      look();
      // Once more to an instance that is there.
      do {
        move();
      } while (owner(latest.get()).equals("b"));
      while (told < latest.get()) {
        tell();
      }
      look();
      if (!seen.equals(seen.stream().sorted().toList())) {
        throw new IllegalStateException("an epoch after a later one: " + seen);
      }
      if (view.epoch() != latest.get() || view.heard() != latest.get()) {
        throw new IllegalStateException(
            "seen: " + view.epoch() + ", heard: " + view.heard() + ", is: " + latest);
      }
    }
  }
}
