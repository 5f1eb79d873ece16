package dev.carillon.runtime.discovery;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

final class MemoryRegistryTest extends RegistryContract {
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
}
