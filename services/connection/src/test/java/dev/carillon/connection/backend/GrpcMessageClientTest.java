package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.Appended;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Refusal;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The way to the message service over real sockets, while owners come and go.
final class GrpcMessageClientTest extends MessageClientContract {
  private static final ByteString CONVERSATION = ByteString.copyFromUtf8("0123456789abcdef");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RegistryConfig registry =
      MemoryRegistry.config(UUID.randomUUID().toString(), Duration.ofSeconds(3));
  private final ScriptedMessageOwners owners = new ScriptedMessageOwners(registry);
  private final Closer closer = new Closer();
  private @Nullable MessageClient messages;

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void keepsTheOrderWhileTheOwnerMoves() {
    ScriptedMessageOwners.Owner first = owner();
    GrpcMessageClient client = client(PATIENCE);
    List<CompletableFuture<Appended>> answers = new ArrayList<>(send(client, 0, 100));
    ScriptedMessageOwners.Owner second = owner();
    first.close();
    answers.addAll(send(client, 100, 200));

    assertThat(answers).allSatisfy(answer -> assertThat(answer).succeedsWithin(PATIENCE));
    assertThat(second.isReady()).isTrue();
    assertThat(owners.order()).containsExactlyElementsOf(ids(0, 200));
  }

  @Test
  void sendsWhatABrokenStreamLeftOpenAgainAndFindsWhatWasStored() {
    ScriptedMessageOwners.Owner owner = owner();
    owner.breakAfter(30);
    GrpcMessageClient client = client(PATIENCE);
    List<CompletableFuture<Appended>> answers = send(client, 0, 100);

    assertThat(answers).allSatisfy(answer -> assertThat(answer).succeedsWithin(PATIENCE));
    assertThat(owners.order()).containsExactlyElementsOf(ids(0, 100));
    assertThat(answers.get(29).join().getDuplicate()).isTrue();
    assertThat(answers.get(28).join().getDuplicate()).isFalse();
  }

  @Test
  void keepsRoomForDevicesThatComeBackWhileManyReadHistory() {
    ServiceHost host = closer.add(ServiceHost.open(HostConfig.local("connection", registry)));
    GrpcMessageClient client = closer.add(new GrpcMessageClient(host, PATIENCE, 10, 4));
    List<CompletableFuture<ListMessagesResponse>> pages = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      CompletableFuture<ListMessagesResponse> page = new CompletableFuture<>();
      client.listMessages(ListMessagesRequest.getDefaultInstance(), new Completing<>(page));
      pages.add(page);
    }
    CompletableFuture<SyncMailboxResponse> sync = new CompletableFuture<>();
    client.syncMailbox(SyncMailboxRequest.getDefaultInstance(), new Completing<>(sync));

    assertThat(refusal(pages.getLast()).getReason()).isEqualTo("OVERLOADED");
    assertThat(pages.subList(0, 2)).noneMatch(CompletableFuture::isDone);
    assertThat(sync).isNotDone();
  }

  @Test
  void saysThatTheOutcomeIsNotKnownWhenNobodyAnswersInTime() {
    GrpcMessageClient client = client(Duration.ofMillis(300));
    assertThat(refusal(send(client, 0, 1).getFirst()).getReason()).isEqualTo("TIMEOUT");
  }

  @Test
  void refusesMoreThanMayWait() {
    ServiceHost host = closer.add(ServiceHost.open(HostConfig.local("connection", registry)));
    GrpcMessageClient client = closer.add(new GrpcMessageClient(host, PATIENCE, 3, 10));
    List<CompletableFuture<Appended>> answers = send(client, 0, 4);

    Refusal refused = refusal(answers.get(3));
    assertThat(refused.getReason()).isEqualTo("OVERLOADED");
    assertThat(refused.getRetryable()).isTrue();
    assertThat(answers.subList(0, 3)).noneMatch(CompletableFuture::isDone);

    owner();
    assertThat(answers.subList(0, 3))
        .allSatisfy(answer -> assertThat(answer).succeedsWithin(PATIENCE));
  }

  @Test
  void keepsNothingOfWhatIsAnsweredBehindOneThatWaits() {
    ScriptedMessageOwners.Owner owner = owner();
    owner.neverAnswer(ids(0, 1).getFirst());
    GrpcMessageClient client = client(PATIENCE);
    List<CompletableFuture<Appended>> answers = send(client, 0, 100);
    assertThat(answers.subList(1, 100))
        .allSatisfy(answer -> assertThat(answer).succeedsWithin(PATIENCE));
    assertThat(answers.getFirst()).isNotDone();

    await().until(() -> client.pending() == 1);
  }

  @Test
  void keepsNothingOfWhatIsRefusedWhileTheOwnerDoesNotRead() {
    ScriptedMessageOwners.Owner owner = owner();
    owner.stopReading();
    GrpcMessageClient client = client(Duration.ofMillis(500));
    List<CompletableFuture<Appended>> answers = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .until(() -> {
          // What the network itself holds comes first; the rest waits in the gateway.
          answers.addAll(send(client, answers.size(), answers.size() + 900, "x".repeat(4_000)));
          assertThat(answers.getLast()).failsWithin(PATIENCE);
          return answers.size() >= 2_700;
        });

    await().until(() -> client.pending() == 0);
  }

  @Test
  void asksForTheVersionsOfManyUsersInFewCalls() {
    owner();
    GrpcMessageClient client = client(PATIENCE);
    List<CompletableFuture<Long>> versions = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      CompletableFuture<Long> version = new CompletableFuture<>();
      versions.add(version);
      client.mailboxVersion("u".repeat(1 + i % 50), new Completing<>(version));
    }

    assertThat(versions).allSatisfy(version -> assertThat(version).succeedsWithin(PATIENCE));
    assertThat(versions.get(49).join()).isEqualTo(50);
    assertThat(owners.versionCalls()).isLessThan(50);
  }

  @Override
  protected MessageClient messages() {
    if (messages == null) {
      owner();
      messages = client(PATIENCE);
    }
    return messages;
  }

  private ScriptedMessageOwners.Owner owner() {
    ScriptedMessageOwners.Owner owner = closer.add(owners.start());
    await().atMost(PATIENCE).until(owner::isReady);
    return owner;
  }

  private GrpcMessageClient client(Duration timeout) {
    ServiceHost host = closer.add(ServiceHost.open(HostConfig.local("connection", registry)));
    return closer.add(new GrpcMessageClient(host, timeout, 1_000, 100));
  }

  private static List<CompletableFuture<Appended>> send(
      GrpcMessageClient client, int from, int to) {
    return send(client, from, to, "hello");
  }

  private static List<CompletableFuture<Appended>> send(
      GrpcMessageClient client, int from, int to, String text) {
    List<CompletableFuture<Appended>> answers = new ArrayList<>();
    for (ByteString id : ids(from, to)) {
      CompletableFuture<Appended> answer = new CompletableFuture<>();
      answers.add(answer);
      client.append(
          AppendItem.newBuilder()
              .setConversationId(CONVERSATION)
              .setSender("ann")
              .setClientMessageId(id)
              .setBody(
                  Body.newBuilder()
                      .setText(Text.newBuilder().setText(text))
                      .build()
                      .toByteString()),
          new Completing<>(answer));
    }
    return answers;
  }

  private static List<ByteString> ids(int from, int to) {
    List<ByteString> ids = new ArrayList<>();
    for (int i = from; i < to; i++) {
      ids.add(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(12, i)));
    }
    return ids;
  }

  private static Refusal refusal(CompletableFuture<?> answer) {
    assertThat(answer).failsWithin(PATIENCE);
    try {
      answer.join();
      throw new AssertionError("accepted");
    } catch (CompletionException failed) {
      return ((RefusedException) Objects.requireNonNull(failed.getCause())).refusal;
    }
  }

  private static final class RefusedException extends RuntimeException {
    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
      super(refusal.getReason());
      this.refusal = refusal;
    }
  }

  private record Completing<T>(CompletableFuture<T> future) implements Answer<T> {
    @Override
    public void answered(T value) {
      future.complete(value);
    }

    @Override
    public void refused(Refusal refusal) {
      future.completeExceptionally(new RefusedException(refusal));
    }
  }
}
