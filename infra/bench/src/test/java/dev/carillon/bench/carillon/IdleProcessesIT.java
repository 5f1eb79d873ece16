package dev.carillon.bench.carillon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.bench.load.MeasuredSystem.OnlineDevices;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.OwnInstallation;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import dev.carillon.wire.Transport;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Further generators at the gateways of a real installation.
final class IdleProcessesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DEVICES = 5;

  @TempDir private Path folder;

  @Test
  void everyGatewayHasItsPartAndNobodyIsLostUnnoticed() throws Exception {
    InstanceCounts twoGateways = InstanceCounts.parse("connection=2");
    InstallationPlan plan =
        new InstallationPlan(new InstallationFolder(folder), false, twoGateways, true);
    try (OwnInstallation installation = OwnInstallation.start(plan, step -> {})) {
      String keys = installation.now().tokenKeyFile();
      List<InetSocketAddress> gateways =
          installation.now().endpoints().stream().map(Transport::address).toList();
      Set<ProcessHandle> others = childrenBut(Set.of());

      try (OnlineDevices idlers = IdleProcesses.start(gateways, keys, DEVICES)) {
        assertThat(childrenBut(others)).hasSameSizeAs(gateways);
        assertThat(idlers.signInsPerSecond()).isPositive();
        assertThat(idlers.losses()).isEmpty();
        installation.down();
        await()
            .atMost(PATIENCE)
            .untilAsserted(() ->
                assertThat(idlers.losses())
                    .matches("2 connections ended: .*; 3 connections ended: .*"));
      }

      assertThatThrownBy(() -> IdleProcesses.start(gateways, keys, DEVICES))
          .isInstanceOf(IllegalStateException.class);
      await().atMost(PATIENCE).until(() -> childrenBut(others).isEmpty());
    }
  }

  private static Set<ProcessHandle> childrenBut(Set<ProcessHandle> others) {
    return ProcessHandle.current()
        .children()
        .filter(child -> !others.contains(child))
        .collect(Collectors.toSet());
  }
}
