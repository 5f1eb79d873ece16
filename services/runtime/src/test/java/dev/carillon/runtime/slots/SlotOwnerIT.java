package dev.carillon.runtime.slots;

import dev.carillon.engines.Durability;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.EtcdEngine;
import dev.carillon.engines.EtcdOptions;
import dev.carillon.runtime.discovery.EtcdEndpoints;
import dev.carillon.runtime.discovery.EtcdRegistry;
import dev.carillon.runtime.discovery.Registry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SlotOwnerIT extends SlotOwnerContract {
  private static EtcdEngine etcd;

  @BeforeAll
  static void start(@TempDir Path data) {
    EngineBinaries binaries = EngineBinaries.locate(Path.of("target/engines"), text -> {});
    etcd =
        EtcdEngine.start(
            binaries, data.resolve("etcd"), EtcdOptions.DEFAULT.withDurability(Durability.FAST));
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  @BeforeEach
  void empty() {
    etcd.clear("");
  }

  @Override
  Registry connect() {
    return new EtcdRegistry(EtcdEndpoints.parse(List.of(etcd.url())), System::nanoTime);
  }

  @Override
  void cutOff() {
    etcd.pause();
  }

  @Override
  void heal() {
    etcd.resume();
  }
}
