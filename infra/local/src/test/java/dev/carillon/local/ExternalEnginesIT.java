package dev.carillon.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.client.ConversationId;
import dev.carillon.client.InMemoryCursorStore;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import dev.carillon.local.supervisor.LocalEngines;
import dev.carillon.local.supervisor.Routing;
import dev.carillon.local.supervisor.Supervisor;
import dev.carillon.runtime.service.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An installation whose engines are somebody else's: it is told by settings where they are.
final class ExternalEnginesIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void livesOnTheEnginesThatTheSettingsName() throws Exception {
    try (LocalEngines engines =
        LocalEngines.start(
            plan("engines-of-others"), Services.onClassPath(), Map.of(), step -> {})) {
      InstallationPlan plan = plan("without-engines");
      ConversationId conversation;
      try (Supervisor supervisor = start(plan, engines.settings())) {
        assertThat(supervisor.installation().engines()).isEmpty();
        assertThat(plan.folder().engines()).isEmptyDirectory();
        conversation = talk(supervisor, 1);
      }
      assertThat(engines.all()).allMatch(engine -> isAlive(engine.pid()));
      try (Supervisor supervisor = start(plan, engines.settings())) {
        assertThat(talk(supervisor, 2)).isEqualTo(conversation);
      }
    }
  }

  @Test
  void startsTheEnginesThatTheSettingsDoNotName() throws Exception {
    try (LocalEngines engines =
        LocalEngines.start(plan("redis-of-others"), Services.onClassPath(), Map.of(), step -> {})) {
      Map<String, String> redis =
          Map.of(
              "CARILLON_REDIS_ADDRESS",
              engines.settings().getOrDefault("CARILLON_REDIS_ADDRESS", ""),
              "CARILLON_REDIS_PASSWORD_FILE",
              engines.settings().getOrDefault("CARILLON_REDIS_PASSWORD_FILE", ""));
      try (Supervisor supervisor = start(plan("without-redis"), redis)) {
        assertThat(supervisor.installation().engines())
            .extracting(engine -> engine.name())
            .containsExactlyInAnyOrder("mariadb", "etcd");
        talk(supervisor, 1);
      }
    }
  }

  private static InstallationPlan plan(String name) throws IOException {
    InstallationFolder folder = new InstallationFolder(Path.of("target", "installations", name));
    folder.delete();
    folder.create();
    return new InstallationPlan(folder, false, InstanceCounts.ONE_EACH, true);
  }

  private static Supervisor start(InstallationPlan plan, Map<String, String> environment)
      throws Exception {
    return Supervisor.start(plan, environment, Routing.DIRECT, step -> {});
  }

  /// Ann sends to Bob, whose device gets everything that was ever said.
  private static ConversationId talk(Supervisor supervisor, int messages)
      throws InterruptedException {
    try (RecordingDevice ann =
            RecordingDevice.open(
                supervisor.installation(), "ann", "phone", new InMemoryCursorStore());
        RecordingDevice bob =
            RecordingDevice.open(
                supervisor.installation(), "bob", "phone", new InMemoryCursorStore())) {
      SentMessage sent = ann.send(Target.user("bob"), "number " + messages);
      assertThat(bob.awaitReceived(sent.conversationId(), messages, LIMIT)).isTrue();
      assertThat(bob.received(sent.conversationId())).hasSize(messages);
      return sent.conversationId();
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }
}
