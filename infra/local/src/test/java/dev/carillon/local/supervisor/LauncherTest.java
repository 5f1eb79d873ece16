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
    Launcher launcher = Launcher.inThisJvm(new Services(List.of(pushNotify)));
    InstanceSlot slot = new InstanceSlot("push-notify", 2);
    InstanceSettings settings =
        new InstanceSettings(
            Map.of("CARILLON_MESSAGE_BATCH", "7"), new InstallationFolder(data), Routing.DIRECT);
    Map<String, String> environment = settings.of(slot, "push-notify-2-ab");

    Launcher.Running running = launcher.launch(slot, environment);

    assertThat(environment).containsEntry("CARILLON_PUSH_NOTIFY_INSTANCE_ID", "push-notify-2-ab");
    assertThat(pushNotify.started()).isEqualTo("push-notify-2-ab");
    running.stop().run();
    assertThat(pushNotify.started()).isEmpty();
  }
}
