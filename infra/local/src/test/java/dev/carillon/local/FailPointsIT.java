package dev.carillon.local;

import static dev.carillon.local.Product.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.client.InMemoryCursorStore;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import dev.carillon.local.supervisor.Readiness;
import dev.carillon.local.supervisor.Routing;
import dev.carillon.local.supervisor.Supervisor;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.service.Services;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A process dies at each fail-point of message and sequence in turn, while people talk. What was
/// acknowledged is there once, in order and without a gap; who was online was handed all of it, and
/// everybody's mailbox tells a new device of it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FailPointsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long ROUND_SECONDS = 2;
  private static final int ROUNDS = 20;
  private static final int CONVERSATIONS = 6;
  private static final int MOST = 3;

  private final Supervisor supervisor = start();
  private final HttpClient http = HttpClient.newHttpClient();
  private int turn;

  /// One hearer and what was sent to it.
  private record Talk(
      String hearer,
      RecordingDevice online,
      List<String> texts,
      List<CompletableFuture<SentMessage>> sends)
      implements AutoCloseable {
    ConversationId conversation() {
      return sends.getFirst().join().conversationId();
    }

    @Override
    public void close() {
      online.close();
    }
  }

  private static Supervisor start() {
    InstallationFolder folder =
        new InstallationFolder(Path.of("target", "installations", "fail-points"));
    try {
      folder.delete();
      folder.create();
      return Supervisor.start(
          new InstallationPlan(folder, true, InstanceCounts.parse("message=3,sequence=2"), true),
          Map.of("CARILLON_ALLOW_FAIL_POINTS", "true", "CARILLON_ETCD_LEASE", "2s"),
          Routing.DIRECT,
          step -> {});
    } catch (Exception e) {
      throw new IllegalStateException("cannot start " + folder, e);
    }
  }

  @AfterAll
  void stop() {
    http.close();
    supervisor.close();
  }

  static Stream<FailPoint> durableSteps() {
    return Services.onClassPath().failPoints().stream()
        .filter(point -> List.of("message", "sequence").contains(point.service()));
  }

  @ParameterizedTest
  @MethodSource("durableSteps")
  void losesNothingWhereItCrashes(FailPoint point) throws Exception {
    Installation.Service victim = someInstance(point.service());
    ProcessHandle process = ProcessHandle.of(victim.pid()).orElseThrow();
    arm(victim, point.title() + "=crash");
    List<Talk> talks = new ArrayList<>();
    try (RecordingDevice ann = open(person("ann"), "laptop")) {
      for (int round = 0; round < ROUNDS && process.isAlive(); round++) {
        talks.addAll(talk(ann, point.title() + " " + round));
        awaitEnd(process);
      }
      assertThat(process.isAlive()).as("%s was never passed", point.title()).isFalse();
      for (Talk talk : talks) {
        check(ann, talk);
      }
    } finally {
      talks.forEach(Talk::close);
    }
  }

  /// A different one each time, so that the one that has just come back has time to.
  private Installation.Service someInstance(String service) {
    List<Installation.Service> ready = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .until(() -> {
          ready.clear();
          supervisor.installation().services().stream()
              .filter(one -> one.service().equals(service) && !one.admin().isEmpty())
              .filter(one -> Readiness.ask(one.admin()).ready())
              .forEach(ready::add);
          return !ready.isEmpty();
        });
    return ready.get(turn++ % ready.size());
  }

  private void arm(Installation.Service victim, String arming) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + victim.admin() + "/fail-points"))
            .POST(BodyPublishers.ofString(arming))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /// So many conversations that every process owns some; returns when all is acknowledged. Most are
  /// of one message: a later one would bring along what was forgotten of those before it.
  private List<Talk> talk(RecordingDevice ann, String about) {
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < CONVERSATIONS; i++) {
      List<String> texts =
          IntStream.range(0, i == 0 ? MOST : 1).mapToObj(n -> about + ", " + n).toList();
      String hearer = person("bob");
      talks.add(new Talk(hearer, open(hearer, "phone"), texts, new ArrayList<>()));
    }
    for (Talk talk : talks) {
      for (String text : talk.texts()) {
        talk.sends().add(ann.sending(Target.user(talk.hearer()), text, ClientMessageId.random()));
      }
    }
    talks.forEach(talk -> talk.sends().forEach(FailPointsIT::join));
    talks.forEach(talk -> join(talk.online().client().sync()));
    return talks;
  }

  private void check(RecordingDevice ann, Talk talk) throws InterruptedException {
    ConversationId conversation = talk.conversation();
    List<Message> history = ann.history(conversation);
    assertThat(history).extracting(RecordingDevice::text).isEqualTo(talk.texts());
    ConversationsIT.assertChain(history);
    assertThat(talk.online().awaitReceived(conversation, history.size(), LIMIT)).isTrue();
    assertThat(talk.online().received(conversation)).isEqualTo(history);
    try (RecordingDevice fresh = open(talk.hearer(), "tablet")) {
      // It knows of no conversation: only the mailbox can tell it of this one.
      assertThat(fresh.awaitReceived(conversation, history.size(), LIMIT)).isTrue();
      assertThat(fresh.received(conversation)).isEqualTo(history);
    }
  }

  private RecordingDevice open(String user, String name) {
    return RecordingDevice.open(supervisor.installation(), user, name, new InMemoryCursorStore());
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    try {
      process.onExit().get(ROUND_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      assertThat(process.isAlive()).isTrue();
    }
  }

  private static <T> T join(CompletableFuture<T> answer) {
    return answer.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }
}
