package dev.carillon.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.settings.SettingsException;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class ServicesTest {
  private final PushNotifyService pushNotify = new PushNotifyService();
  private final Services services = new Services(List.of(pushNotify, new SampleService()));

  @Test
  void findsTheServicesOnTheClassPath() {
    Services found = Services.onClassPath();

    assertThat(found.names()).containsExactly("sample", "push-notify");
    assertThat(found.of("push-notify")).isInstanceOf(PushNotifyService.class);
    assertThat(found.find("lunch")).isEmpty();
    assertThatThrownBy(() -> found.of("lunch"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lunch (expected: one of sample, push-notify)");
  }

  @Test
  void putsAServiceAfterThoseItHandsWorkTo() {
    assertThat(new Services(List.of(new SampleService(), pushNotify)).names())
        .isEqualTo(new Services(List.of(pushNotify, new SampleService())).names())
        .containsExactly("sample", "push-notify");
  }

  @Test
  void refusesTwoServicesOfOneName() {
    assertThatThrownBy(() -> new Services(List.of(pushNotify, new PushNotifyService())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("push-notify twice");
  }

  @Test
  void givesANameWithAHyphenWhatEachLanguageAllows() {
    assertThat(pushNotify.settingsPrefix()).isEqualTo("CARILLON_PUSH_NOTIFY_");
    assertThat(pushNotify.javaPackage()).isEqualTo("dev.carillon.pushnotify");
  }

  @Test
  void gathersWhatTheServicesNeed() {
    assertThat(services.databases()).containsExactly("carillon_sample", "carillon_push_notify");
    assertThat(services.failPoints()).containsExactly(PushNotifyService.Step.SEND_AFTER_REQUEST);
    assertThat(PushNotifyService.Step.SEND_AFTER_REQUEST.service()).isEqualTo("push-notify");
  }

  @Test
  void givesAServiceTheSettingsThatItKnows() {
    Map<String, String> known =
        services.known(
            "push-notify",
            Map.of(
                "PATH", "/bin",
                "CARILLON_PUSH_NOTIFY_INSTANCE_ID", "push-notify-1",
                "CARILLON_PUSH_NOTIFY_ATTEMPTS", "2",
                "CARILLON_DRAIN_LIMIT", "5s",
                "CARILLON_SAMPLE_NAME", "ann"));

    assertThat(known)
        .containsOnlyKeys(
            "PATH",
            "CARILLON_PUSH_NOTIFY_INSTANCE_ID",
            "CARILLON_PUSH_NOTIFY_ATTEMPTS",
            "CARILLON_DRAIN_LIMIT");
  }

  @Test
  void checksTheSettingsOfAllServices() {
    assertThat(services.check(Map.of("CARILLON_PUSH_NOTIFY_ATTEMPTS", "2")))
        .contains("CARILLON_PUSH_NOTIFY_ATTEMPTS=2\n")
        .contains("CARILLON_SAMPLE_NAME=default (default)\n");
    Map<String, String> bad =
        Map.of("CARILLON_PUSH_NOTIFY_ATTEMPTS", "11", "CARILLON_PUSH_NOTIFY_GRPC_LISTN", "x:1");
    assertThatThrownBy(() -> services.check(bad))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("CARILLON_PUSH_NOTIFY_ATTEMPTS: 11 (expected: 1 to 10)")
        .hasMessageContaining("did you mean CARILLON_PUSH_NOTIFY_GRPC_LISTEN?");
  }

  @Test
  void runsAndIsAnnouncedUnderItsName() throws Exception {
    try (ServiceApp app = pushNotify.start(PushNotifyService.Config.local());
        Instances seen =
            Instances.join(
                MemoryRegistry.shared("push-notify"), PushNotifyService.LEASE, new Health())) {
      assertThat(app.host().instance()).startsWith("push-notify-");
      Awaitility.await()
          .until(() ->
              seen.of("push-notify")
                  .byId(app.host().instance())
                  .map(Instance::address)
                  .equals(java.util.Optional.of(app.address())));
    }
  }
}
