package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.discovery.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What slot owners do, whatever registry they meet in.
abstract class SlotOwnerContract {
  private final List<Node> nodes = new ArrayList<>();
  private final OverlapWatch overlaps = new OverlapWatch();

  /// A registry on the one store of this test, as another process would have it.
  abstract Registry connect();

  /// Puts the store out of reach of all nodes.
  abstract void cutOff();

  /// Ends the effect of [#cutOff].
  abstract void heal();

  @AfterEach
  void neverHadTwoOwners() {
    overlaps.close();
    nodes.forEach(Node::close);
    assertThat(overlaps.overlaps()).isEmpty();
    assertThat(overlaps.rounds()).isPositive();
  }

  @Test
  void claimsAllSlotsWhenAlone() {
    Node node = start("a");
    awaitCover(node);
    assertThat(node.claimed).hasSize(Slots.COUNT);
    assertThat(node.slots.epoch(17)).isEqualTo(node.claimed.get(17)).isPositive();
    assertThat(node.slots.holds(17, node.slots.epoch(17))).isTrue();
    assertThat(node.slots.holds(17, node.slots.epoch(17) - 1)).isFalse();
    eventually().until(node.health::isReady);
  }

  @Test
  void sharesAllSlotsAmongThree() {
    Node one = start("a");
    Node two = start("b");
    Node three = start("c");
    awaitCover(one, two, three);
    assertThat(List.of(one, two, three))
        .allSatisfy(node -> assertThat(node.slots.owned()).isBetween(200, 500));
    eventually().until(() -> nodes.stream().allMatch(node -> node.health.isReady()));
  }

  @Test
  void waitsForTheWorkOfTheFormerOwner() {
    Node one = start("a");
    awaitCover(one);
    Map<Integer, Long> before = Map.copyOf(one.claimed);
    CompletableFuture<Void> workDone = new CompletableFuture<>();
    one.finishing(() -> workDone);
    Node two = start("b");
    eventually().until(() -> one.releasing.size() == two.owner.share());
    assertThat(two.slots.owned()).isZero();
    assertThat(one.slots.owned()).isEqualTo(Slots.COUNT - one.releasing.size());
    assertThat(one.releasing)
        .allSatisfy(slot -> {
          assertThat(one.slots.owns(slot)).isFalse();
          assertThat(one.slots.holds(slot, before.getOrDefault(slot, 0L))).isTrue();
        });
    workDone.complete(null);
    awaitCover(one, two);
    assertThat(two.claimed)
        .allSatisfy(
            (slot, epoch) -> assertThat(epoch).isGreaterThan(before.getOrDefault(slot, 0L)));
    assertThat(one.lost).isEmpty();
  }

  @Test
  void givesASlotAwayWhenItsWorkTakesTooLong() {
    Node one = start(new Node("a", connect(), Duration.ofMillis(100), Node.LEASE));
    awaitCover(one);
    one.finishing(CompletableFuture::new);
    Node two = start("b");
    awaitCover(one, two);
    assertThat(one.lost).isEqualTo(two.claimed.keySet());
  }

  @Test
  void handsEverythingOverWhenItDrains() {
    Node one = start("a");
    Node two = start("b");
    awaitCover(one, two);
    int share = one.slots.owned();
    one.owner.drain().join();
    assertThat(one.slots.owned()).isZero();
    awaitCover(two);
    assertThat(one.owner.released()).isGreaterThanOrEqualTo(share);
    assertThat(one.lost).isEmpty();
    assertThat(one.slots.owned()).isZero();
  }

  @Test
  void takesTheSlotsOfAnOwnerThatWasKilled() {
    Node one = start("a");
    Node two = start("b");
    awaitCover(one, two);
    Map<Integer, Long> before = Map.copyOf(one.claimed);
    one.kill();
    awaitCover(two);
    assertThat(one.slots.owned()).isZero();
    Map<Integer, Long> after = epochs(two);
    assertThat(before)
        .allSatisfy((slot, epoch) -> assertThat(after.getOrDefault(slot, 0L)).isGreaterThan(epoch));
  }

  @Test
  void stopsWhenTheLeaseMightHaveEndedAndComesBackWithLargerEpochs() {
    Node node = start("a");
    awaitCover(node);
    Map<Integer, Long> before = epochs(node);
    cutOff();
    try {
      eventually().until(() -> node.slots.owned() == 0);
      eventually().until(() -> node.lost.size() == Slots.COUNT);
      eventually().until(() -> !node.health.isReady());
    } finally {
      heal();
    }
    awaitCover(node);
    assertThat(epochs(node))
        .allSatisfy(
            (slot, epoch) -> assertThat(epoch).isGreaterThan(before.getOrDefault(slot, 0L)));
    eventually().until(node.health::isReady);
  }

  @Test
  void staysDisjointWhileInstancesComeAndGo() {
    Node stable = start("stable");
    awaitCover(stable);
    for (int round = 0; round < 4; round++) {
      Node one = start("one-" + round);
      Node two = start("two-" + round);
      awaitCover(stable, one, two);
      two.owner.drain().join();
      awaitCover(stable, one);
      one.close();
      awaitCover(stable);
    }
  }

  @Test
  void sendsCallersToTheOwner() {
    Node one = start("a");
    Node two = start("b");
    awaitCover(one, two);
    int slot = two.claimed.keySet().iterator().next();
    eventually()
        .untilAsserted(() ->
            assertThat(SlotMoved.of(one.slots.moved(slot)))
                .contains(new SlotMoved(slot, "b", two.slots.epoch(slot))));
    assertThat(two.slots.require(slot)).isEqualTo(two.slots.epoch(slot));
  }

  final Node start(String id) {
    return start(new Node(id, connect()));
  }

  final Node start(Node node) {
    nodes.add(node);
    overlaps.add(node);
    return node;
  }

  /// Waits until the nodes together own every slot, each exactly one share.
  static void awaitCover(Node... nodes) {
    eventually()
        .untilAsserted(() -> {
          BitSet covered = new BitSet();
          int total = 0;
          for (Node node : nodes) {
            for (int slot = 0; slot < Slots.COUNT; slot++) {
              if (node.slots.owns(slot)) {
                covered.set(slot);
                total++;
              }
            }
          }
          assertThat(covered.cardinality()).isEqualTo(Slots.COUNT);
          assertThat(total).isEqualTo(Slots.COUNT);
          for (Node node : nodes) {
            assertThat(node.slots.owned()).isEqualTo(node.owner.share());
          }
        });
  }

  static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
  }

  static Map<Integer, Long> epochs(Node node) {
    Map<Integer, Long> epochs = new HashMap<>();
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      epochs.put(slot, node.slots.epoch(slot));
    }
    return epochs;
  }
}
