package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.installation.InstallationFolder;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.SettingsException;
import dev.carillon.sequence.SequenceConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What each service is given of the environment.
final class InstanceSettingsTest {
  @TempDir private Path data;

  private Map<String, String> shared(Map<String, String> environment) throws Exception {
    InstallationFolder folder = new InstallationFolder(data.resolve("installation"));
    folder.create();
    SecretFile.make(folder);
    return InstanceSettings.shared(
        new InstallationPlan(folder, false, InstanceCounts.ONE_EACH, true),
        environment,
        Map.of("CARILLON_REDIS_ADDRESS", "127.0.0.1:1"));
  }

  @Test
  void theEnvironmentWinsOverOurChoices() throws Exception {
    assertThat(shared(Map.of("CARILLON_CONNECTION_DRAIN_GRACE", "2s")))
        .containsEntry("CARILLON_CONNECTION_DRAIN_GRACE", "2s")
        .containsEntry("CARILLON_REDIS_ADDRESS", "127.0.0.1:1");
  }

  @Test
  void whatIsForTheEnginesAndTheBenchmarkIsKeptFromTheServices() throws Exception {
    Map<String, String> others =
        Map.of(
            "CARILLON_ETCD_BIN", "/bin/etcd",
            "CARILLON_ENGINE_CACHE", "/cache",
            "CARILLON_BENCH_PEERS", "/peers",
            "CARILLON_BENCH_TINODE", "/tinode");
    Map<String, String> shared = shared(others);
    Services.onClassPath().check(shared);
    assertThat(shared).doesNotContainKeys(others.keySet().toArray(String[]::new));
  }

  @Test
  void namesThatNoServiceKnowsAreRefused() throws Exception {
    Map<String, String> shared = shared(Map.of("CARILLON_MESSAGE_GRPC_LISTN", "127.0.0.1:1"));
    assertThatThrownBy(() -> Services.onClassPath().check(shared))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("CARILLON_MESSAGE_GRPC_LISTEN");
  }

  @Test
  void aServiceIsGivenOnlyWhatItKnows() throws Exception {
    Map<String, String> known =
        Services.onClassPath()
            .known(
                SequenceConfig.SERVICE,
                shared(Map.of("PATH", "/bin", "CARILLON_LOG_LEVEL", "debug")));
    assertThat(known)
        .containsEntry("PATH", "/bin")
        .containsEntry("CARILLON_LOG_LEVEL", "debug")
        .doesNotContainKeys("CARILLON_REDIS_ADDRESS", "CARILLON_CONNECTION_TICKET_KEY_FILE");
  }

  @Test
  void secretsStayTheSameOverStarts() throws Exception {
    shared(Map.of());
    Path secrets = data.resolve("installation/secrets");
    String before = Files.readString(secrets.resolve("token-keys.json"));
    shared(Map.of());
    assertThat(Files.readString(secrets.resolve("token-keys.json"))).isEqualTo(before);
  }
}
