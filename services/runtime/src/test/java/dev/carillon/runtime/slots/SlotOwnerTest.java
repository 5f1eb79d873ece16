package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.Registry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SlotOwnerTest extends SlotOwnerContract {
  private final MemoryRegistry store = MemoryRegistry.create();
  private final List<MemoryRegistry> peers = new CopyOnWriteArrayList<>();

  @Override
  Registry connect() {
    MemoryRegistry peer = store.peer(System::nanoTime);
    peers.add(peer);
    return peer;
  }

  @Override
  void cutOff() {
    peers.forEach(MemoryRegistry::disconnect);
  }

  @Override
  void heal() {
    peers.forEach(MemoryRegistry::reconnect);
  }

  /// A stopped process neither keeps its lease alive nor hears anything; when it wakes, its clock
  /// has moved on before any of its threads could act.
  @Test
  void ownsNothingAfterAPauseLongerThanTheLease() {
    AtomicLong asleep = new AtomicLong();
    MemoryRegistry connection = store.peer(() -> System.nanoTime() + asleep.get());
    Node paused = start(new Node("a", connection, Duration.ofSeconds(30), Duration.ofMinutes(10)));
    awaitCover(paused);
    connection.disconnect();
    assertThat(paused.slots.owns(0)).isTrue();
    long epoch = paused.slots.epoch(0);
    asleep.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(paused.slots.owns(0)).isFalse();
    assertThat(paused.slots.epoch(0)).isZero();
    assertThat(paused.slots.holds(0, epoch)).isFalse();
    assertThat(paused.slots.owned()).isZero();
    connection.reconnect();
    awaitCover(paused);
    assertThat(paused.slots.epoch(0)).isGreaterThan(epoch);
  }

  @Test
  void letsOthersTakeOverFromAProcessThatIsCutOff() {
    MemoryRegistry connection = store.peer(System::nanoTime);
    Node cutOff = start(new Node("a", connection));
    Node other = start("b");
    awaitCover(cutOff, other);
    connection.disconnect();
    awaitCover(other);
    assertThat(cutOff.slots.owned()).isZero();
    eventually().until(() -> cutOff.lost.size() + other.claimed.size() >= Slots.COUNT);
    connection.reconnect();
    awaitCover(cutOff, other);
  }
}
