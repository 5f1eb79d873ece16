package dev.carillon.local;

import static dev.carillon.local.Product.device;
import static dev.carillon.local.Product.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.installation.Installation;
import dev.carillon.local.supervisor.Readiness;
import dev.carillon.message.MessageConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Every instance is a process of its own, two of each service, and processes are killed while
/// people talk.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProcessesIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int CONVERSATIONS = 6;
  private static final int EACH = 20;

  private final OwnInstallation installation =
      Product.start("processes", true, "connection=2,message=2,presence=2,sequence=2");

  @BeforeAll
  void everyInstanceIsAProcess() {
    Set<Long> processes =
        installation.now().services().stream()
            .map(Installation.Service::pid)
            .collect(Collectors.toSet());
    assertThat(processes).hasSize(8).doesNotContain(installation.now().pid());
  }

  @AfterAll
  void stop() throws IOException, InterruptedException {
    List<Long> processes =
        installation.now().services().stream().map(Installation.Service::pid).toList();
    installation.close();
    assertThat(processes).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
  }

  @Test
  void aMessageProcessThatIsKilledLosesNothing() throws Exception {
    talkWhile(() -> kill(MessageConfig.SERVICE));
  }

  @Test
  void aGatewayThatIsKilledLosesNothing() throws Exception {
    talkWhile(() -> kill(ConnectionConfig.SERVICE));
  }

  /// Many conversations, so that both message processes own some.
  private void talkWhile(Runnable accident) throws Exception {
    Map<String, RecordingDevice> hearers = new HashMap<>();
    try (RecordingDevice ann = device(installation, person("ann"), "laptop")) {
      for (int i = 0; i < CONVERSATIONS; i++) {
        String bob = person("bob");
        hearers.put(bob, device(installation, bob, "phone"));
      }
      Map<String, List<CompletableFuture<SentMessage>>> sends = new HashMap<>();
      List<String> texts = IntStream.range(0, EACH).mapToObj(i -> "message " + i).toList();
      for (String text : texts) {
        for (String bob : hearers.keySet()) {
          sends
              .computeIfAbsent(bob, name -> new ArrayList<>())
              .add(ann.sending(Target.user(bob), text, ClientMessageId.random()));
        }
      }
      sends.values().iterator().next().getFirst().join();
      accident.run();
      for (Map.Entry<String, List<CompletableFuture<SentMessage>>> entry : sends.entrySet()) {
        entry.getValue().forEach(CompletableFuture::join);
        ConversationId direct = entry.getValue().getFirst().join().conversationId();
        List<Message> history = ann.history(direct);
        assertThat(history).extracting(RecordingDevice::text).isEqualTo(texts);
        ConversationsIT.assertChain(history);
        RecordingDevice hearer = Objects.requireNonNull(hearers.get(entry.getKey()));
        assertThat(hearer.awaitReceived(direct, EACH, LIMIT)).isTrue();
        assertThat(hearer.received(direct)).isEqualTo(history);
      }
    } finally {
      hearers.values().forEach(RecordingDevice::close);
    }
  }

  /// Kills the first process of a service, and sees another one take its place.
  private void kill(String service) {
    Installation.Service victim = installation.instances(service).getFirst();
    ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
    await()
        .atMost(LIMIT)
        .until(() ->
            installation.instances(service).stream()
                    .filter(instance -> !instance.instance().equals(victim.instance()))
                    .filter(instance -> !instance.admin().isEmpty())
                    .filter(instance -> Readiness.ask(instance.admin()).ready())
                    .count()
                == 2);
  }
}
