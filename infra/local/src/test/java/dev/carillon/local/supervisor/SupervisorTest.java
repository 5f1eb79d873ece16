package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.installation.InstallationFolder;
import dev.carillon.runtime.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorTest {
  @TempDir Path data;

  @Test
  void refusesSettingsBeforeItStartsAnEngine() throws Exception {
    InstallationFolder folder = new InstallationFolder(data.resolve("installation"));
    folder.create();
    InstallationPlan plan = new InstallationPlan(folder, false, InstanceCounts.ONE_EACH, true);
    List<String> steps = new CopyOnWriteArrayList<>();
    Map<String, String> misspelt = Map.of("CARILLON_MESSAGE_GRPC_LISTN", "127.0.0.1:1");

    assertThatThrownBy(() -> Supervisor.start(plan, misspelt, Routing.DIRECT, steps::add))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("CARILLON_MESSAGE_GRPC_LISTN");

    assertThat(steps).isEmpty();
    assertThat(folder.engines()).isEmptyDirectory();
  }
}
