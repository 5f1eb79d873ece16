package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.installation.InstallationFolder;
import dev.carillon.runtime.service.Services;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LauncherTest {
  @TempDir private Path data;

  @Test
  void startsAServiceWhoseNameHasAHyphen() throws Exception {
    PushNotify pushNotify = new PushNotify();
    InstanceSlot slot = new InstanceSlot("push-notify", 2);
    InstallationFolder folder = new InstallationFolder(data);
    InstanceSettings settings =
        new InstanceSettings(Map.of("CARILLON_MESSAGE_BATCH", "7"), folder, Routing.DIRECT);
    Launcher launcher =
        new Launcher(
            new InstallationPlan(folder, false, InstanceCounts.ONE_EACH, true),
            new Services(List.of(pushNotify)),
            settings);

    Launcher.Running running = launcher.launch(slot);

    assertThat(settings.of(slot, "push-notify-2-ab"))
        .containsEntry("CARILLON_PUSH_NOTIFY_INSTANCE_ID", "push-notify-2-ab");
    assertThat(running.id()).matches("push-notify-2-[0-9a-f]{8}");
    assertThat(pushNotify.started()).isEqualTo(running.id());
    running.stop().run();
    assertThat(pushNotify.started()).isEmpty();
  }
}
