package dev.carillon.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.engines.Durability;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.EtcdEngine;
import dev.carillon.engines.EtcdOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EtcdRegistryIT extends RegistryContract {
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

  @Test
  void outlivesACrashOfEtcd() {
    Registry registry = open();
    Recorder recorder = new Recorder();
    registry.watch("/crash/", recorder);
    Membership membership = registry.join(Duration.ofSeconds(2));
    membership.register("/crash/a", "1");
    eventually().until(() -> recorder.view().containsKey("/crash/a"));
    etcd.kill();
    eventually().until(() -> membership.lease().isEmpty());
    assertThat(recorder.view()).containsKey("/crash/a");
    etcd.restart();
    membership.register("/crash/b", "2");
    eventually().until(() -> recorder.view().containsKey("/crash/b"));
    eventually().until(() -> recorder.view().containsKey("/crash/a"));
  }

  @Test
  void asksTheNextMemberWhenOneIsDown() {
    try (EtcdRegistry registry =
        new EtcdRegistry(
            EtcdEndpoints.parse(List.of("127.0.0.1:1", etcd.url())), System::nanoTime)) {
      assertThat(list(registry)).isEmpty();
    }
  }
}
