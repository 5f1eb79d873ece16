package dev.carillon.message.mailbox;

import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.lifecycle.Pace;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The writers of mailboxes: each owns the users of a contiguous range of slots and notes their
/// bumps in batches, taking what has gathered while the last transaction ran.
///
/// With as many writers as shards, or a multiple, and both powers of two, no transaction crosses a
/// shard. A full queue makes [#submit] wait. A transaction that fails is repeated until it
/// succeeds, for what waits behind it can only be noted after it.
public final class MailboxWriter implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final List<MailboxWriterLane> lanes;
  private final Metrics.Registration queued;

  private MailboxWriter(List<MailboxWriterLane> lanes, Metrics metrics) {
    this.lanes = lanes;
    this.queued =
        metrics.gauge(
            "mailbox.bumps.queued",
            "Bumps that wait for a mailbox writer",
            () -> lanes.stream().mapToInt(MailboxWriterLane::queued).sum());
  }

  /// Starts the writers.
  public static MailboxWriter start(MailboxStore store, MailboxConfig config, Metrics metrics) {
    List<MailboxWriterLane> lanes = new ArrayList<>(config.writers());
    for (int i = 0; i < config.writers(); i++) {
      MailboxWriterLane lane =
          new MailboxWriterLane(
              store, config.queue(), new Pace(config.interval()), BACKOFF, metrics);
      lane.start("mailbox-writer-" + i);
      lanes.add(lane);
    }
    return new MailboxWriter(List.copyOf(lanes), metrics);
  }

  /// Takes the bumps of a round over; waits while the queues are full.
  ///
  /// @throws InterruptedException when interrupted, or when the writer is closed; some of the
  ///   round's bumps may then be noted all the same
  public void submit(BumpRound round) throws InterruptedException {
    List<List<Bump>> parts = new ArrayList<>(lanes.size());
    lanes.forEach(lane -> parts.add(new ArrayList<>()));
    for (Bump bump : round.bumps()) {
      parts.get(laneOf(bump.userId())).add(bump);
    }
    for (int i = 0; i < lanes.size(); i++) {
      lanes.get(i).put(parts.get(i), round);
    }
  }

  /// Stops; what has not been noted yet is dropped, and its rounds never become durable.
  @Override
  public void close() {
    queued.close();
    lanes.forEach(MailboxWriterLane::stop);
    lanes.forEach(lane -> lane.awaitEnd(CLOSE_LIMIT));
  }

  private int laneOf(String userId) {
    return Slots.part(Slots.of(userId), lanes.size());
  }
}
