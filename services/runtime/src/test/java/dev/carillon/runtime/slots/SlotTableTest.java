package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.Lease;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.Subscription;
import dev.carillon.runtime.lifecycle.Health;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SlotTableTest extends OwnerLookupContract {
  private final MemoryRegistry store = MemoryRegistry.create();
  private final Instances services = Instances.join(store, Duration.ofMinutes(1), new Health());
  private final MemoryRegistry callersRegistry = store.peer(System::nanoTime);
  private final Instances caller =
      Instances.join(callersRegistry, Duration.ofMinutes(1), new Health());
  private final SlotTable table = SlotTable.follow(caller, "message");

  @BeforeEach
  void announce() {
    services.register(new Instance("message", "a", "a:1", "a:2", false));
    services.register(new Instance("message", "b", "b:1", "b:2", false));
    await().until(() -> caller.of("message").current().size() == 2);
  }

  @Override
  protected OwnerLookup lookup() {
    return table;
  }

  @Override
  protected void move(int slot, String address) {
    lookup().ownerOf(slot).ifPresent(owner -> release(slot, owner.epoch()));
    claim(slot, address.substring(0, 1));
  }

  @AfterEach
  void close() {
    table.close();
    caller.close();
    services.close();
  }

  @Test
  void joinsOwnersWithTheirAddresses() {
    long epoch = claim(5, "a");
    await().until(() -> table.ownerOf(5).isPresent());
    assertThat(table.ownerOf(5)).contains(new OwnerLocation("a", "a:1", epoch));
    assertThat(table.ownerOf(6)).isEmpty();
    assertThat(ownedSlots()).isEqualTo(1);
  }

  @Test
  void knowsNoAddressOfAnOwnerThatIsNotAnnounced() {
    long epoch = claim(5, "c");
    claim(6, "a");
    await().until(() -> table.ownerOf(6).isPresent());
    assertThat(table.ownerOf(5)).isEmpty();
    Instances third = Instances.join(store, Duration.ofMinutes(1), new Health());
    third.register(new Instance("message", "c", "c:1", "c:2", false));
    await().until(() -> table.ownerOf(5).equals(Optional.of(new OwnerLocation("c", "c:1", epoch))));
    third.close();
    await().until(() -> table.ownerOf(5).isEmpty());
  }

  @Test
  void tellsListenersOfEveryMove() {
    long first = claim(5, "a");
    await().until(() -> table.ownerOf(5).isPresent());
    List<String> moves = new CopyOnWriteArrayList<>();
    Subscription subscription =
        table.onMove((slot, owner) ->
            moves.add(slot + ":" + owner.map(OwnerLocation::instance).orElse("nobody")));
    release(5, first);
    claim(5, "b");
    await().until(() -> moves.size() >= 3);
    subscription.close();
    claim(6, "b");
    await().until(() -> table.ownerOf(6).isPresent());
    assertThat(moves).containsExactly("5:a", "5:nobody", "5:b");
  }

  @Test
  void keepsTheLastViewWhileTheRegistryIsAway() {
    long epoch = claim(5, "a");
    await().until(() -> table.ownerOf(5).isPresent());
    callersRegistry.disconnect();
    release(5, epoch);
    assertThat(table.ownerOf(5)).contains(new OwnerLocation("a", "a:1", epoch));
    long next = claim(5, "b");
    callersRegistry.reconnect();
    await().until(() -> table.ownerOf(5).equals(Optional.of(new OwnerLocation("b", "b:1", next))));
  }

  @Test
  void learnsFromARefusalWhatTheRegistryHasNotToldYet() {
    long epoch = claim(5, "a");
    await().until(() -> table.ownerOf(5).isPresent());
    callersRegistry.disconnect();
    release(5, epoch);
    long next = claim(5, "b");
    table.learn(new SlotMoved(5, "", 0));
    assertThat(table.ownerOf(5)).contains(new OwnerLocation("a", "a:1", epoch));
    table.learn(new SlotMoved(5, "b", next));
    assertThat(table.ownerOf(5)).contains(new OwnerLocation("b", "b:1", next));
    callersRegistry.reconnect();
    claim(6, "a");
    await().until(() -> table.ownerOf(6).isPresent());
    assertThat(table.ownerOf(5)).contains(new OwnerLocation("b", "b:1", next));
    table.learn(new SlotMoved(5, "a", epoch));
    assertThat(table.ownerOf(5)).contains(new OwnerLocation("b", "b:1", next));
    release(5, next);
    await().until(() -> table.ownerOf(5).isEmpty());
    table.learn(new SlotMoved(5, "b", next));
    assertThat(table.ownerOf(5)).isEmpty();
  }

  @Test
  void ignoresKeysThatNameNoSlot() {
    lease()
        .createAll(Map.of("/carillon/slots/message/x", "a", "/carillon/slots/message/9999", "a"));
    claim(6, "a");
    await().until(() -> table.ownerOf(6).isPresent());
    assertThat(ownedSlots()).isEqualTo(1);
  }

  private long ownedSlots() {
    return IntStream.range(0, Slots.COUNT).filter(slot -> table.ownerOf(slot).isPresent()).count();
  }

  private long claim(int slot, String owner) {
    String key = SlotKeys.of("message").key(slot);
    return lease().createAll(Map.of(key, owner)).join().values().iterator().next();
  }

  private void release(int slot, long epoch) {
    store.deleteAll(Map.of(SlotKeys.of("message").key(slot), epoch)).join();
  }

  private Lease lease() {
    await().until(() -> services.membership().lease().isPresent());
    return services.membership().lease().orElseThrow();
  }
}
