package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.discovery.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// What an [OwnerLookup] promises.
public abstract class OwnerLookupContract {
  private static final int SLOT = 5;

  /// The look-up under test; knows no owner at first.
  protected abstract OwnerLookup lookup();

  /// Gives the slot to the instance at this address, one of `a:1` and `b:1`.
  protected abstract void move(int slot, String address);

  @Test
  final void namesTheOwnerOfASlot() {
    assertThat(lookup().ownerOf(SLOT)).isEmpty();

    move(SLOT, "a:1");

    await().untilAsserted(() -> assertThat(address(SLOT)).isEqualTo("a:1"));
  }

  @Test
  final void theNextOwnerHasAGreaterEpoch() {
    move(SLOT, "a:1");
    await().untilAsserted(() -> assertThat(address(SLOT)).isEqualTo("a:1"));
    long first = lookup().ownerOf(SLOT).orElseThrow().epoch();

    move(SLOT, "b:1");

    await().untilAsserted(() -> assertThat(address(SLOT)).isEqualTo("b:1"));
    assertThat(lookup().ownerOf(SLOT).orElseThrow().epoch()).isGreaterThan(first);
  }

  @Test
  final void aListenerHearsOfTheOwnerThatIsKnownAndOfEveryMoveUntilItEnds() {
    move(SLOT, "a:1");
    await().untilAsserted(() -> assertThat(address(SLOT)).isEqualTo("a:1"));
    List<String> moves = new CopyOnWriteArrayList<>();

    Subscription subscription =
        lookup()
            .onMove((slot, owner) -> {
              if (slot == SLOT) {
                owner.map(OwnerLocation::address).ifPresent(moves::add);
              }
            });
    assertThat(moves).containsExactly("a:1");
    move(SLOT, "b:1");
    await().untilAsserted(() -> assertThat(moves).containsExactly("a:1", "b:1"));
    subscription.close();
    move(SLOT, "a:1");

    await().untilAsserted(() -> assertThat(address(SLOT)).isEqualTo("a:1"));
    assertThat(moves).containsExactly("a:1", "b:1");
  }

  private String address(int slot) {
    return lookup().ownerOf(slot).map(OwnerLocation::address).orElse("nowhere");
  }
}
