package dev.carillon.message.append;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.message.ConversationService;
import dev.carillon.message.append.ConversationLimits.Admission;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.BatchLoop.BatchStep;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.FakeClock;
import dev.carillon.testing.FakeOwnedSlots;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The append path on fakes, and short words for what tests do with it.
public final class AppendRig implements AutoCloseable {
  public final FakeOwnedSlots slots = new FakeOwnedSlots();
  public final FakeSequence sequence;
  public final RecordingFanOut fanOut = new RecordingFanOut();
  public final FakeClock clock = new FakeClock();
  public final ConversationStore store;
  public final ConversationService service;
  public final AppendQueue appends;
  private static final AtomicLong NEXT_ID = new AtomicLong();

  public AppendRig(ConversationStore store) {
    this(store, new FakeSequence(), limits(10_000));
  }

  public AppendRig(ConversationStore store, FakeSequence sequence) {
    this(store, sequence, limits(10_000));
  }

  public AppendRig(ConversationStore store, FakeSequence sequence, ConversationLimits limits) {
    this.store = store;
    this.sequence = sequence;
    this.appends =
        AppendWriter.open(dependencies(store, sequence, fanOut, slots, limits, clock, this::nanos))
            .start();
    this.service =
        new ConversationService(appends, store, limits, ForkJoinPool.commonPool(), clock.ticker());
  }

  /// What the append path stands on, with fakes for the rest.
  public static AppendWriter.Dependencies dependencies(
      ConversationStore store,
      SequenceClient sequence,
      FanOut fanOut,
      OwnedSlots slots,
      ConversationLimits limits,
      InstantSource clock,
      LongSupplier nanos) {
    return new AppendWriter.Dependencies(
        store,
        sequence,
        fanOut,
        slots,
        limits,
        clock,
        nanos,
        BatchInterval.NONE,
        FailPoints.NONE,
        Metrics.none());
  }

  /// A queue with one writer, where no time passes.
  static AppendQueue queue(OwnedSlots slots, BatchStep<AppendEvent> writer) {
    return new AppendQueue(
        Shards.one(),
        slots,
        ConversationLimits.defaults(),
        () -> 0,
        BatchInterval.NONE,
        new ConversationMetrics(Metrics.none()),
        part -> writer);
  }

  /// Flows by itself, for what waits to try again, and moves on with the test's clock.
  private long nanos() {
    return System.nanoTime() + clock.nanos();
  }

  public static ConversationLimits limits(int queue) {
    return limits(queue, 200);
  }

  public static ConversationLimits limits(int queue, int batch) {
    Admission admission = new Admission(queue, Duration.ofMillis(50), Duration.ofSeconds(5));
    return new ConversationLimits(2, batch, admission, 10_000, 1_000, 600);
  }

  public static ConversationId direct(String one, String other) {
    return ConversationId.of(ConversationIds.direct(one, other));
  }

  public static ConversationId group(long number) {
    return new ConversationId(0x1234_5678_9abc_def0L, number);
  }

  public ClientMessageId newId() {
    return new ClientMessageId(7, NEXT_ID.incrementAndGet());
  }

  public static MessageBody text(String text) {
    return MessageBody.of(BodyKind.TEXT, text.getBytes(UTF_8));
  }

  public Change.Post post(String sender, String peer, ClientMessageId id, String text) {
    MessageKey key = new MessageKey(direct(sender, peer), sender, id);
    return new Change.Post(key, peer, text(text), false, "");
  }

  public Change.Post toGroup(ConversationId group, String sender, MessageBody body) {
    return new Change.Post(new MessageKey(group, sender, newId()), "", body, false, "");
  }

  public static Change.Post again(Change.Post post) {
    return new Change.Post(post.key(), post.directPeer(), post.body(), true, "");
  }

  /// Submits and goes on.
  public CompletableFuture<Outcome> submit(Change.Post post) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    appends.submit(post, new OneReply(answer), 0);
    return answer;
  }

  /// Submits and waits for the answer.
  public Outcome send(Change.Post post) {
    return await(submit(post));
  }

  public Outcome.Stored stored(Change.Post post) {
    return (Outcome.Stored) send(post);
  }

  /// The name of the reason for which the post is refused.
  public String refusal(Change.Post post) {
    return reason(send(post));
  }

  public static String reason(Outcome outcome) {
    return ((Outcome.Refused) outcome).refusal().reason().name();
  }

  public static <T> T await(CompletableFuture<T> answer) {
    return answer.orTimeout(60, TimeUnit.SECONDS).join();
  }

  public Outcome.Stored create(ConversationId group, String owner, String... members) {
    return service.createGroup(group, owner, List.of(members), "trip", HistoryPolicy.FROM_JOIN);
  }

  /// Adds under a new id.
  public Outcome.MembersChanged add(ConversationId group, String user, String... members) {
    return service.addMembers(change(group, user), List.of(members));
  }

  /// Removes under a new id.
  public Outcome.MembersChanged remove(ConversationId group, String user, String... members) {
    return service.removeMembers(change(group, user), List.of(members));
  }

  /// A new id for a change of members.
  public MessageKey change(ConversationId group, String user) {
    return new MessageKey(group, user, newId());
  }

  @Override
  public void close() {
    sequence.release();
    appends.close();
  }

  private record OneReply(CompletableFuture<Outcome> answer) implements Replies {
    @Override
    public void answer(long itemId, Outcome outcome) {
      answer.complete(outcome);
    }

    @Override
    public void flush() {
      // Completed already.
    }
  }
}
