package dev.carillon.message.fanout;

import dev.carillon.message.mailbox.BumpRound;
import dev.carillon.message.mailbox.MailboxWriter;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Notes new messages in the members' mailboxes: one round after the other for each conversation.
///
/// Waits while the mailbox writer is full; conversations then gather what is committed meanwhile
/// into their next round. The queue holds each conversation once at most.
final class BumpStage implements AutoCloseable {
  private final BlockingQueue<Lane> queue = new LinkedBlockingQueue<>();
  private final Workers workers = new Workers();
  private final MailboxWriter writer;

  BumpStage(MailboxWriter writer) {
    this.writer = writer;
  }

  void start() {
    workers.start("fanout-bumps", this::submitNext);
  }

  /// Queues a lane when it has something to note and is not queued yet.
  void startFor(Lane lane) {
    if (lane.claimBumps()) {
      queue.add(lane);
    }
  }

  private void submitNext() throws InterruptedException {
    Lane lane = queue.take();
    Optional<Lane.Round> next = lane.nextRound();
    if (next.isPresent()) {
      submit(lane, next.get());
    }
  }

  private void submit(Lane lane, Lane.Round round) throws InterruptedException {
    if (round.bumps().isEmpty()) {
      durable(lane, round);
    } else {
      writer.submit(new BumpRound(round.bumps(), () -> durable(lane, round)));
    }
  }

  private void durable(Lane lane, Lane.Round round) {
    if (lane.bumped(round.target())) {
      queue.add(lane);
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
