package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.message.mailbox.MailboxUpdate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// One conversation in fan-out: what was committed, how far it was delivered and noted in
/// mailboxes, and how far that is marked in the store.
///
/// New messages wait in memory. When there are too many, or when some are not known (after claiming
/// the slot, after a commit of unknown outcome), the lane *collapses*: it forgets them and has them
/// read from the store, from the last position on, until it has caught up.
///
/// Delivery and mailboxes go on side by side, each with one round under way at most; a round of
/// bumps covers everything that was committed since the last. The tenure's monitor guards all
/// state.
final class Lane {
  /// A position that only the stored mark tells.
  static final long UNKNOWN = -1;

  private static final int PORTION_MESSAGES = 100;
  private static final int MAX_DEPARTED = 4_000;
  private static final int MESSAGE_OVERHEAD = 256;
  // A device that came between a commit and its round finds out by its first heartbeat, after 3 s.
  private static final int MEMBERS_THAT_COUNT = 2_000;
  private static final long NANOS_PER_MEMBER = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONG_AGO = TimeUnit.HOURS.toNanos(1);

  private final ConversationId conversation;
  private final Tenure tenure;

  private final ArrayDeque<Waiting> memory = new ArrayDeque<>();
  private int waiting;
  private boolean collapsed;
  private boolean delivering;
  private boolean bumping;
  private boolean left;
  private int failures;

  // Positions, each the seq of a message: last >= delivered, bumped, marked.
  private long last;
  private long delivered;
  private long bumped;
  private long marked;

  // Who is to learn of messages up to `bumpTarget`; `departed` left between `bumped` and there.
  private long bumpTarget;
  private List<Member> members = List.of();
  private final Map<String, Member> departed = new HashMap<>();

  private long lastRound = System.nanoTime() - LONG_AGO;
  private long changedAt = System.nanoTime();
  private long markedAt = changedAt;

  private record Waiting(Committed batch, long cost, long since) {}

  /// A conversation whose messages after `position` are to be fanned out.
  Lane(ConversationId conversation, Tenure tenure, long position) {
    this.conversation = conversation;
    this.tenure = tenure;
    this.last = Math.max(position, 0);
    this.collapsed = position == UNKNOWN;
    this.delivered = position;
    this.bumped = position;
    this.marked = position;
    this.bumpTarget = position;
  }

  ConversationId conversation() {
    return conversation;
  }

  Tenure tenure() {
    return tenure;
  }

  /// Takes over what was committed just now.
  void committed(Committed batch) {
    synchronized (tenure) {
      long newest = batch.messages().getLast().message().seq();
      if (newest <= last) {
        return;
      }
      boolean gap = batch.messages().getFirst().message().prevSeq() != last;
      last = newest;
      changedAt = System.nanoTime();
      if (collapsed) {
        return;
      }
      long cost = cost(batch);
      if (gap
          || waiting + batch.messages().size() > FanOutConfig.LANE_MESSAGES
          || departed.size() > MAX_DEPARTED
          || !tenure.load().take(cost)) {
        collapse();
        return;
      }
      memory.add(new Waiting(batch, cost, changedAt));
      waiting += batch.messages().size();
      bumpTarget = newest;
      replaceMembers(batch.members());
    }
  }

  /// Forgets the messages in memory; they are read from the store instead.
  void collapse() {
    synchronized (tenure) {
      collapsed = true;
      discard();
    }
  }

  boolean isCollapsed() {
    synchronized (tenure) {
      return collapsed;
    }
  }

  /// Ends the lane: nothing more is done for it.
  void leave() {
    synchronized (tenure) {
      left = true;
      discard();
    }
  }

  private void discard() {
    memory.forEach(item -> tenure.load().give(item.cost()));
    memory.clear();
    waiting = 0;
  }

  private void replaceMembers(List<Member> now) {
    if (!now.equals(members)) {
      for (Member member : members) {
        if (!member.present() && member.leftSeq() > bumped) {
          departed.put(member.userId(), member);
        }
      }
      members = now;
    }
  }

  /// Whether delivery is to be queued, which is then taken as done.
  boolean claimDelivery() {
    synchronized (tenure) {
      boolean claimed = !delivering && hasWork();
      delivering |= claimed;
      return claimed;
    }
  }

  private boolean hasWork() {
    return !left && (collapsed || !memory.isEmpty());
  }

  /// What is to be delivered next. Only for the stage that holds the claim.
  Work next() {
    synchronized (tenure) {
      if (!hasWork()) {
        delivering = false;
        return new Work.Nothing();
      }
      if (collapsed) {
        return new Work.Stored(delivered, bumped);
      }
      List<Portion> portions = new ArrayList<>();
      int messages = 0;
      while (!memory.isEmpty() && messages < PORTION_MESSAGES) {
        Waiting item = memory.remove();
        Committed batch = item.batch();
        tenure.load().give(item.cost());
        waiting -= batch.messages().size();
        messages += batch.messages().size();
        portions.add(new Portion(this, batch.members(), batch.messages(), item.since()));
      }
      return new Work.Ready(portions);
    }
  }

  /// Takes over what the store says; bumps follow for everything up to the head.
  ///
  /// @param head the head as it is committed
  /// @param recipients the members then, and those who left after what is bumped already
  void positioned(Head head, List<Member> recipients) {
    synchronized (tenure) {
      failures = 0;
      if (delivered == UNKNOWN) {
        delivered = head.fannedSeq();
        bumped = head.fannedSeq();
        marked = head.fannedSeq();
      }
      last = Math.max(last, head.lastSeq());
      bumpTarget = Math.max(bumpTarget, head.lastSeq());
      members = recipients;
      departed.clear();
    }
  }

  /// Notes what was handed to the gateways; says whether there is more to deliver, for which the
  /// claim is kept.
  boolean delivered(long seq) {
    synchronized (tenure) {
      delivered = Math.max(delivered, seq);
      if (collapsed && delivered >= last) {
        collapsed = false;
      }
      delivering = hasWork();
      return delivering;
    }
  }

  /// Counts a failure of the store; gives the number of failures in a row.
  int failed() {
    synchronized (tenure) {
      return ++failures;
    }
  }

  /// Whether bumps are to be queued, which is then taken as done.
  boolean claimBumps() {
    synchronized (tenure) {
      boolean claimed = !bumping && !left && bumpTarget > bumped;
      bumping |= claimed;
      return claimed;
    }
  }

  /// How many mailboxes a round of bumps writes to.
  int size() {
    synchronized (tenure) {
      return members.size();
    }
  }

  /// When the next round of bumps is due, by [System#nanoTime]: in the past for a conversation that
  /// was quiet, or whose slot is being handed over. Large groups are noted less often, for each
  /// round writes to every member's mailbox.
  long nextRoundDue(long interval) {
    synchronized (tenure) {
      if (tenure.releasing()) {
        return System.nanoTime();
      }
      long weight = Math.min(members.size(), MEMBERS_THAT_COUNT) * NANOS_PER_MEMBER;
      return lastRound + interval + (interval == 0 ? 0 : weight);
    }
  }

  /// The next round of bumps and up to where it reaches. Empty when nothing is left, which ends the
  /// claim.
  Optional<Round> nextRound() {
    synchronized (tenure) {
      if (left || bumpTarget <= bumped) {
        bumping = false;
        return Optional.empty();
      }
      List<MailboxUpdate> bumps = new ArrayList<>(members.size() + departed.size());
      Set<String> present = new HashSet<>();
      for (Member member : members) {
        if (addBump(bumps, member)) {
          present.add(member.userId());
        }
      }
      for (Member member : departed.values()) {
        if (!present.contains(member.userId())) {
          addBump(bumps, member);
        }
      }
      departed.clear();
      lastRound = System.nanoTime();
      return Optional.of(new Round(bumpTarget, bumps));
    }
  }

  /// Bumps that bring mailboxes up to message `target`; none when nobody is to learn of it.
  record Round(long target, List<MailboxUpdate> bumps) {}

  private boolean addBump(List<MailboxUpdate> bumps, Member member) {
    long newest = member.present() ? bumpTarget : Math.min(bumpTarget, member.leftSeq());
    boolean concerned = newest > bumped && member.joinSeq() <= newest;
    if (concerned) {
      bumps.add(new MailboxUpdate(member.userId(), conversation, newest));
    }
    return concerned;
  }

  /// Notes that a round is durable; says whether there is another, for which the claim is kept.
  boolean bumped(long target) {
    synchronized (tenure) {
      bumped = Math.max(bumped, target);
      changedAt = System.nanoTime();
      bumping = bumpTarget > bumped && !left;
      return bumping;
    }
  }

  /// Up to where fan-out is to be marked as complete now; empty when it is not time for it.
  OptionalLong markable(long now, FanOutConfig config) {
    synchronized (tenure) {
      long complete = Math.min(delivered, bumped);
      if (complete == UNKNOWN) {
        return OptionalLong.empty();
      }
      boolean due =
          complete >= last
              ? tenure.releasing() || now - changedAt >= config.idle().toNanos()
              : complete > marked && now - markedAt >= config.progress().toNanos();
      return due ? OptionalLong.of(complete) : OptionalLong.empty();
    }
  }

  /// Notes that the store has the mark, and leaves the tenure when that covers everything.
  void marked(long seq, long now) {
    synchronized (tenure) {
      marked = Math.max(marked, seq);
      markedAt = now;
      if (marked >= last && !collapsed && !delivering && !bumping) {
        tenure.remove(this);
      }
    }
  }

  private static long cost(Committed batch) {
    long cost = 0;
    for (TracedMessage traced : batch.messages()) {
      cost += MESSAGE_OVERHEAD + traced.message().body().bytes().length;
    }
    return cost;
  }
}
