package dev.carillon.message.fanout;

import dev.carillon.message.mailbox.MailboxUpdateBatch;
import dev.carillon.message.mailbox.MailboxWriter;
import dev.carillon.runtime.lifecycle.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes new messages in the members' mailboxes: one round after the other for each conversation.
///
/// A mailbox tells only which conversations have something new, so one round serves everything that
/// was committed since the last. While many conversations talk, one that was quiet is noted at once
/// and the others once in an interval, however much is said in them; a large group always. Waits
/// while the mailbox writer is full; conversations then gather what is committed meanwhile into
/// their next round. The queue holds each conversation once at most.
final class BumpStage implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BumpStage.class);
  private static final Duration PACE = Duration.ofMillis(2);

  /// With so many conversations in the queue their intervals count, and so does that of a
  /// conversation with so many members. With fewer there is no need, and whoever comes back finds
  /// what was acknowledged a moment ago.
  static final int BUSY = 64;

  private final DelayQueue<Due> queue = new DelayQueue<>();
  private final Workers workers = new Workers();
  private final Rounds rounds;
  private final long interval;
  private final int busy;

  /// Where rounds go, [MailboxWriter#submit].
  @FunctionalInterface
  interface Rounds {
    /// Takes a round over; waits while there is no room for it.
    void submit(MailboxUpdateBatch round) throws InterruptedException;
  }

  /// A lane whose next round is due at a time of [System#nanoTime].
  private record Due(Lane lane, long at) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return other instanceof Due(Lane _, long otherAt)
          ? Long.signum(at - otherAt)
          : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /// @param interval from the beginning of a round to that of the next of the same conversation, at
  ///   least, while it counts
  /// @param busy from how many conversations in the queue on it does, or members of one
  BumpStage(Rounds rounds, Duration interval, int busy) {
    this.rounds = rounds;
    this.interval = interval.toNanos();
    this.busy = busy;
  }

  void start() {
    Pace pace = new Pace(PACE);
    workers.start("fanout-bumps", () -> submitDue(pace));
  }

  /// Queues a lane when it has something to note and is not queued yet.
  void startFor(Lane lane) {
    if (lane.claimBumps()) {
      queue(lane);
    }
  }

  /// Lets nothing of a slot that is being handed over wait for its interval.
  void hurry(Tenure tenure) {
    for (Due due : queue) {
      // Who takes it out of the queue has it; the others leave it alone.
      if (due.lane().tenure().equals(tenure) && queue.remove(due)) {
        queue(due.lane());
      }
    }
  }

  private void queue(Lane lane) {
    boolean counts = queue.size() >= busy || lane.size() >= busy;
    queue.add(new Due(lane, lane.nextRoundDue(counts ? interval : 0)));
  }

  private void submitDue(Pace pace) throws InterruptedException {
    List<Due> due = new ArrayList<>();
    due.add(queue.take());
    pace.begin();
    queue.drainTo(due);
    for (Due each : due) {
      try {
        submitNext(each.lane());
      } catch (RuntimeException bug) {
        // The others must not be forgotten, and this one not given up.
        log.error("noting {} failed, trying again", each.lane().conversation(), bug);
        workers.later(() -> queue(each.lane()), each.lane().failed());
      }
    }
    pace.rest();
  }

  private void submitNext(Lane lane) throws InterruptedException {
    Optional<Lane.Round> next = lane.nextRound();
    if (next.isPresent()) {
      submit(lane, next.get());
    }
  }

  private void submit(Lane lane, Lane.Round round) throws InterruptedException {
    if (round.bumps().isEmpty()) {
      durable(lane, round);
    } else {
      rounds.submit(new MailboxUpdateBatch(round.bumps(), () -> durable(lane, round)));
    }
  }

  private void durable(Lane lane, Lane.Round round) {
    if (lane.bumped(round.target())) {
      queue(lane);
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
