package dev.carillon.message.fanout;

import dev.carillon.message.fanout.ConversationFanOut.MailboxStep;
import dev.carillon.message.mailbox.MailboxUpdateBatch;
import dev.carillon.message.mailbox.MailboxUpdates;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes new messages to the members' mailboxes: one update after the other for each conversation.
///
/// A mailbox says only which conversations have something new, so one update serves everything that
/// was committed since the last. While many conversations are active, a conversation that was quiet
/// is updated at once and the others once in an interval, however many messages they have; a large
/// group always. The stage waits while the mailbox writer is full. A conversation waits here once
/// at most.
final class MailboxStage {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxStage.class);

  /// The interval applies from this many waiting conversations, or members of one, on. With fewer
  /// there is no need for it, and a device that reconnects finds what was just acknowledged.
  static final int BUSY = 64;

  /// What the mailbox writer's wake-up costs.
  private static final Duration NOMINAL_COST = Duration.ofNanos(100_000);

  private final MailboxUpdates mailboxes;
  private final long interval;
  private final int busy;
  private final LongSupplier nanos;
  private final BatchLoop<ConversationFanOut> loop;
  private final DueQueue<ConversationFanOut> waiting = new DueQueue<>();
  private volatile int waitingCount;
  private volatile boolean hurried;

  /// @param interval from one update to the next of the same conversation, at least
  /// @param busy the interval applies from this many waiting conversations, or members of one, on
  MailboxStage(MailboxUpdates mailboxes, Duration interval, int busy, FanOutConfig.Timing timing) {
    this.mailboxes = mailboxes;
    this.interval = interval.toNanos();
    this.busy = busy;
    this.nanos = timing.nanos();
    this.loop =
        new BatchLoop<ConversationFanOut>("fanout-mailboxes", nanos, this::update)
            .interval(timing.interval().costing(NOMINAL_COST));
  }

  BatchLoop<?> loop() {
    return loop;
  }

  /// Starts the update of a conversation that has something to write, unless one is under way.
  /// Never blocks.
  ///
  /// @param direct whether the calling thread is to hand it to the mailbox writer when no interval
  ///   applies and nothing is queued, which saves a wake-up
  void startFor(ConversationFanOut conversation, boolean direct) {
    if (conversation.claimMailboxes()) {
      boolean queued = !direct || isBusy(waitingCount, conversation) || loop.queued() > 0;
      if (queued || !offerNext(conversation)) {
        loop.offer(conversation);
      }
    }
  }

  private boolean isBusy(int waitingConversations, ConversationFanOut conversation) {
    return waitingConversations >= busy || conversation.size() >= busy;
  }

  /// Whether the conversation's next update was handed over. One that turned out to be empty is
  /// done as well; one that failed is left to the loop, which tries again until it succeeds.
  private boolean offerNext(ConversationFanOut conversation) {
    try {
      return next(conversation).map(mailboxes::offer).orElse(true);
    } catch (RuntimeException | Error bug) {
      LOG.error("updating mailboxes of {} failed, retrying", conversation.conversation(), bug);
      return false;
    }
  }

  /// Looks again at once: conversations of a slot that is being handed over wait for no interval.
  void hurry() {
    hurried = true;
    loop.wake();
  }

  private Next update(List<ConversationFanOut> batch) throws InterruptedException {
    if (hurried) {
      hurried = false;
      waiting.reschedule(this::dueAt);
    }
    batch.forEach(conversation -> waiting.add(conversation, dueAt(conversation)));
    for (ConversationFanOut conversation : waiting.takeDue(nanos.getAsLong())) {
      try {
        Optional<MailboxUpdateBatch> next = next(conversation);
        if (next.isPresent()) {
          mailboxes.submit(next.get());
        }
      } catch (RuntimeException | Error bug) {
        // The others must not be forgotten, and this one not given up.
        LOG.error("updating mailboxes of {} failed, retrying", conversation.conversation(), bug);
        waiting.retry(conversation, conversation.failed(), nanos.getAsLong());
      }
    }
    waitingCount = waiting.size();
    return waiting.next(nanos.getAsLong());
  }

  private long dueAt(ConversationFanOut conversation) {
    return conversation.mailboxesDueAt(isBusy(waiting.size(), conversation) ? interval : 0);
  }

  /// The conversation's next update; empty when no mailbox has to change.
  private Optional<MailboxUpdateBatch> next(ConversationFanOut conversation) {
    Optional<MailboxStep> next = conversation.nextMailboxStep();
    if (next.isPresent() && next.get().updates().isEmpty()) {
      durable(conversation, next.get());
      return Optional.empty();
    }
    return next.map(
        step -> new MailboxUpdateBatch(step.updates(), () -> durable(conversation, step)));
  }

  private void durable(ConversationFanOut conversation, MailboxStep step) {
    if (conversation.written(step.target(), nanos.getAsLong())) {
      loop.offer(conversation);
    }
  }
}
