package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.fanout.Gateways.Delivery;
import dev.carillon.message.mailbox.InMemoryMailboxStore;
import dev.carillon.message.mailbox.MailboxWriter;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything is delivered once, in order, and written, with little room and stores that come and
/// go.
final class FanOutChaosTest {
  private static final long EPOCH = 1;
  private static final int WRITERS = 3;
  private static final int ROUNDS = 150;
  // All by the dispatchers, and most of it by the threads that commit.
  private static final int[] COSTS = {0, 1_000};

  private final FakeConversations conversations = new FakeConversations();
  private final InMemoryMailboxStore mailboxes = new InMemoryMailboxStore();
  private final FakeGateways gateways = new FakeGateways("east", "west");
  private final FakeDirectory directory = new FakeDirectory().connect("ann", "east");
  private final List<ConversationId> all =
      IntStream.range(0, 12).mapToObj(i -> new ConversationId(i, 31L * i)).toList();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void losesAndDoublesNothing(long seed) throws Exception {
    try (MailboxWriter writer =
            MailboxWriter.start(
                mailboxes, 2, 100, BatchInterval.NONE, System::nanoTime, Metrics.none());
        FanOutPipeline pipeline = cramped(writer, COSTS[(int) seed % COSTS.length]);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      all.forEach(id -> pipeline.onClaimed(Slots.of(id.bytes()), EPOCH));
      List<Future<?>> talking = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int mine = i;
        talking.add(threads.submit(() -> talk(pipeline, mine, new Random(seed * WRITERS + mine))));
      }
      for (Future<?> talk : talking) {
        talk.get();
      }
      conversations.setAway(false);
      mailboxes.setAway(false);
      await().atMost(Duration.ofSeconds(60)).until(() -> all.stream().allMatch(this::isMarked));
    }
    all.forEach(this::check);
  }

  private FanOutPipeline cramped(MailboxWriter writer, int requestCost) {
    FanOutConfig config =
        new FanOutConfig(
            3,
            3_000,
            6,
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            Duration.ofMillis(250),
            Duration.ofMillis(5),
            requestCost,
            Duration.ofSeconds(1));
    return new FanOutPipeline(
            config,
            conversations,
            writer,
            directory,
            gateways,
            Telemetry.none(),
            new FanOutConfig.Timing(System::nanoTime, BatchInterval.NONE))
        .start();
  }

  private void talk(FanOutPipeline pipeline, int writer, Random random) {
    for (int round = 0; round < ROUNDS; round++) {
      ConversationId id = all.get(random.nextInt(all.size() / WRITERS) * WRITERS + writer);
      if (conversations.lastSeq(id) == 0) {
        pipeline.committed(List.of(conversations.join(id, EPOCH, "ann")));
      }
      if (random.nextInt(20) == 0) {
        conversations.commit(id, EPOCH, 1);
        pipeline.behind(id, Slots.of(id.bytes()), EPOCH);
      } else {
        pipeline.committed(List.of(conversations.commit(id, EPOCH, 1 + random.nextInt(5))));
      }
      if (random.nextInt(10) == 0) {
        conversations.setAway(random.nextBoolean());
        mailboxes.setAway(random.nextBoolean());
      }
    }
  }

  private boolean isMarked(ConversationId id) {
    return conversations.marked(id) == conversations.lastSeq(id);
  }

  private void check(ConversationId id) {
    List<Long> seqs =
        gateways.delivered("east").stream()
            .map(Delivery::message)
            .filter(message -> message.conversation().equals(id))
            .map(message -> message.seq())
            .toList();
    assertThat(seqs)
        .containsExactly(
            LongStream.rangeClosed(1, conversations.lastSeq(id)).boxed().toArray(Long[]::new));
    assertThat(mailboxes.thread("ann", id).lastSeq()).isEqualTo(conversations.lastSeq(id));
  }
}
