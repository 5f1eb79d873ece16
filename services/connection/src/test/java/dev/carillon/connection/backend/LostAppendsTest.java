package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.service.FaultInjection;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Refusal;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The way to the message service, on which a fail-point loses requests or answers.
final class LostAppendsTest {
  private static final ByteString CONVERSATION = ByteString.copyFromUtf8("0123456789abcdef");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int WAVES = 10;
  private static final int EACH = 10;

  private final String registry = UUID.randomUUID().toString();
  private final ScriptedMessageOwners owners =
      new ScriptedMessageOwners(MemoryRegistry.config(registry, Duration.ofSeconds(3)));
  private final Closer closer = new Closer();

  @AfterEach
  void close() {
    closer.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection.append.before-forward=fail@1",
        "connection.append.before-forward=fail@1/3",
        "connection.ack.before-write=fail@1",
        "connection.ack.before-write=fail@1/3"
      })
  void areSentAgainAndStoredOnceAndInOrder(String failPoint) {
    ScriptedMessageOwners.Owner owner = closer.add(owners.start());
    await().atMost(PATIENCE).until(owner::isReady);
    GrpcMessageClient client = client(failPoint);
    List<ByteString> sent = new ArrayList<>();

    for (int wave = 0; wave < WAVES; wave++) {
      List<CompletableFuture<Appended>> answers = new ArrayList<>();
      for (int i = 0; i < EACH; i++) {
        ByteString id = ByteString.copyFrom(ByteBuffer.allocate(16).putInt(12, sent.size()));
        sent.add(id);
        answers.add(send(client, id));
      }
      assertThat(answers).allSatisfy(answer -> assertThat(answer).succeedsWithin(PATIENCE));
    }

    assertThat(owners.order()).containsExactlyElementsOf(sent);
  }

  private GrpcMessageClient client(String failPoint) {
    Settings settings =
        Settings.of(
            Map.of("CARILLON_ALLOW_FAIL_POINTS", "true", "CARILLON_FAIL_POINTS", failPoint));
    HostConfig local =
        HostConfig.local("connection", MemoryRegistry.config(registry, Duration.ofSeconds(3)));
    HostConfig failing =
        new HostConfig(
            local.service(),
            local.instance(),
            local.grpc(),
            local.advertise(),
            local.adminListen(),
            local.eventLoops(),
            local.calls(),
            local.registry(),
            local.telemetry(),
            local.drainLimit(),
            local.batchWaitLimit(),
            FaultInjection.read(settings));
    ServiceHost host = closer.add(ServiceHost.open(failing));
    return closer.add(new GrpcMessageClient(host, PATIENCE, 1_000, 100));
  }

  private static CompletableFuture<Appended> send(GrpcMessageClient client, ByteString id) {
    CompletableFuture<Appended> future = new CompletableFuture<>();
    client.append(
        AppendItem.newBuilder()
            .setConversationId(CONVERSATION)
            .setSender("ann")
            .setClientMessageId(id)
            .setBody(
                Body.newBuilder()
                    .setText(Text.newBuilder().setText("hello"))
                    .build()
                    .toByteString()),
        new Answer<>() {
          @Override
          public void answered(Appended appended) {
            future.complete(appended);
          }

          @Override
          public void refused(Refusal refusal) {
            future.completeExceptionally(new IllegalStateException(refusal.getReason()));
          }
        });
    return future;
  }
}
