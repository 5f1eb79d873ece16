package dev.carillon.runtime.slots;

import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.testing.OwnedSlotsContract;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/// What the owner of slots says of them.
final class SlotOwnerOwnedSlotsTest extends OwnedSlotsContract {
  private final MemoryRegistry store = MemoryRegistry.create();
  private final MemoryRegistry connection = store.peer(System::nanoTime);
  private final Closer closer = new Closer();
  private final Node node = closer.add(new Node("a", connection));

  @AfterEach
  void close() {
    connection.reconnect();
    closer.close();
  }

  @Override
  protected OwnedSlots slots() {
    return node.slots;
  }

  @Override
  protected void claimAll() {
    connection.reconnect();
    await().until(() -> node.slots.owned() == Slots.COUNT);
  }

  @Override
  protected int release() {
    node.finishing(CompletableFuture::new);
    closer.add(new Node("b", store.peer(System::nanoTime)));
    await().until(() -> !node.releasing.isEmpty());
    return node.releasing.iterator().next();
  }

  @Override
  protected void loseAll() {
    connection.disconnect();
    await().until(() -> node.slots.owned() == 0);
  }
}
