package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.engines.ChildProcess;
import dev.carillon.engines.Durability;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.EtcdEngine;
import dev.carillon.engines.EtcdOptions;
import dev.carillon.runtime.discovery.EtcdEndpoints;
import dev.carillon.runtime.discovery.EtcdRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real process is stopped for longer than its lease, another takes over, and the first wakes up.
final class ProcessPauseIT {
  private static final String HERE = "here";

  @Test
  void aProcessThatWakesUpOwnsNothingThatAnotherOwns(@TempDir Path folder) {
    try (EtcdEngine etcd = etcd(folder.resolve("etcd"));
        ChildProcess there = start(etcd.url(), folder)) {
      SlotOwnerContract.eventually().until(() -> !looks(there).isEmpty());
      AtomicLong released = new AtomicLong();
      try (Node here =
          new Node(
              HERE, new EtcdRegistry(EtcdEndpoints.parse(List.of(etcd.url())), System::nanoTime))) {
        here.finishing(() -> {
          released.compareAndSet(0, System.currentTimeMillis());
          return CompletableFuture.completedFuture(null);
        });
        SlotOwnerContract.eventually().until(() -> here.slots.owned() == here.owner.share());
        assertThat(here.slots.owns(0)).isFalse();

        there.pause();
        SlotOwnerContract.eventually().until(() -> here.slots.owns(0));
        long taken = System.currentTimeMillis();
        there.resume();
        SlotOwnerContract.eventually()
            .until(() -> looks(there).stream().anyMatch(look -> look.from() > taken));

        assertThat(released.get()).isGreaterThanOrEqualTo(taken);
        assertThat(looks(there))
            .noneMatch(look -> look.from() > taken && look.to() < released.get());
      }
    }
  }

  private static EtcdEngine etcd(Path data) {
    EngineBinaries binaries = EngineBinaries.locate(Path.of("target/engines"), text -> {});
    return EtcdEngine.start(binaries, data, EtcdOptions.DEFAULT.withDurability(Durability.FAST));
  }

  private static ChildProcess start(String etcd, Path folder) {
    return ChildProcess.start(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            SlotProcess.class.getName(),
            etcd,
            idThatWinsSlotZero()),
        folder,
        Map.of(),
        folder.resolve("there.log"));
  }

  private static String idThatWinsSlotZero() {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "there-" + i)
        .filter(id -> Rendezvous.slotsOf(id, List.of(id, HERE)).get(0))
        .findFirst()
        .orElseThrow();
  }

  private static List<Look> looks(ChildProcess process) {
    return process
        .output()
        .lines()
        .filter(line -> line.startsWith("owned "))
        .map(Look::of)
        .toList();
  }

  /// One look at the slot that found it owned.
  private record Look(long from, long to) {
    static Look of(String line) {
      String[] words = line.split(" ", -1);
      return words.length == 3 && !words[2].isEmpty()
          ? new Look(Long.parseLong(words[1]), Long.parseLong(words[2]))
          : new Look(0, 0);
    }
  }
}
