package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

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

  @Test
  void isSharedByName() {
    RegistryConfig config = MemoryRegistry.config("MemoryRegistryTest", Duration.ofSeconds(3));
    try (Registry one = config.open(System::nanoTime);
        Registry two = config.open(System::nanoTime)) {
      one.join(Duration.ofMinutes(1)).register("/a", "x");
      Recorder recorder = new Recorder();
      two.watch("/a", recorder);
      RegistryContract.eventually().until(() -> recorder.view().containsKey("/a"));
    }
  }
}
