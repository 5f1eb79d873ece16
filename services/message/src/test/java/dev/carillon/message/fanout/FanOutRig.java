package dev.carillon.message.fanout;

import dev.carillon.message.append.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/// A pipeline on fakes and loops that run when the test says so.
abstract class FanOutRig {
  static final ConversationId TRIP = new ConversationId(7, 1);
  static final int SLOT = Slots.of(TRIP.bytes());
  static final long EPOCH = 5;
  static final long MIB = 1 << 20;

  final FakeConversations conversations = new FakeConversations();
  final FakeMailboxWriter mailboxes = new FakeMailboxWriter();
  final FakeGateways gateways = new FakeGateways("east", "west");
  final FakeDirectory directory = new FakeDirectory();
  final Loops loops = new Loops();
  FanOutPipeline pipeline = pipeline(MIB, 1_000, 0);

  FanOutPipeline pipeline(long memory, int conversationLimit, int requestCost) {
    return new FanOutPipeline(
        new FanOutConfig(
            2,
            memory,
            conversationLimit,
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ZERO,
            requestCost,
            Duration.ofSeconds(1)),
        conversations,
        mailboxes,
        directory,
        gateways,
        Telemetry.none(),
        loops.timing());
  }

  void own(long epoch) {
    pipeline.onClaimed(SLOT, epoch);
    run();
  }

  void commit(Committed batch) {
    pipeline.committed(List.of(batch));
  }

  void say(int count) {
    commit(conversations.commit(TRIP, EPOCH, count));
  }

  void run() {
    loops.run(pipeline.loops());
  }

  void runUntilMarked(long seq) {
    loops.runUntil(() -> conversations.marked(TRIP) == seq, pipeline.loops());
  }

  long written(String userId) {
    return mailboxes.lastSeq(userId, TRIP);
  }

  static Long[] numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toArray(Long[]::new);
  }
}
