package dev.carillon.bench.load;

import dev.carillon.bench.load.Latencies.Percentiles;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Tracks one run: which messages were sent, acknowledged and received, and when; and the proof
/// that goes with every measurement: each acknowledged message reached every receiver exactly once
/// and in order.
///
/// Times count from when a message was due, whenever it was really sent. Messages before the
/// measured ones are checked like all others, but their times are not recorded.
///
/// Flat arrays, so that it costs next to nothing. A message is identified by its number in the run,
/// a device by its number; the members of a conversation have consecutive numbers, and a device
/// belongs to one conversation. Safe for use by several threads.
public final class RunTracker {
  private static final byte UNANSWERED = 0;
  private static final byte ACKED = 1;
  private static final byte REFUSED = 2;

  private final Pacer pacer;
  private final Terms terms;
  private final byte[] answers;
  private final int[] receipts;
  private final BitSet seen;
  private final long[] seqs;
  private final long[] lastSeq;
  private final long[] lastReceipt;

  /// What counts for a time that never came: as long as a run waits for it, at least.
  private static final long NEVER = TimeUnit.MINUTES.toNanos(1);

  private final Latencies acks = new Latencies();
  private final Latencies deliveries = new Latencies();
  private final Map<Kind, Violation> violations = new EnumMap<>(Kind.class);
  private final Map<String, Long> refusals = new TreeMap<>();
  private long measuredDeliveries;
  private long pulled;
  private int open;
  private volatile boolean settled;

  /// What the system under test promises about each message.
  ///
  /// @param receivers how many devices it reaches
  /// @param devices how many there are in all
  /// @param acknowledged whether the sender gets an acknowledgement when it is stored
  public record Terms(int receivers, int devices, boolean acknowledged) {}

  /// Which promise was broken.
  public enum Kind {
    /// A message was acknowledged and did not reach all receivers.
    LOST,
    /// A device was handed the same message twice.
    DOUBLED,
    /// A device was handed messages in another order than the conversation's.
    SWAPPED,
    /// Two devices got different numbers for one message.
    DIVERGED,
    /// A message arrived that was not sent, or not as it was sent.
    INVENTED,
    /// A message was refused and arrived all the same.
    REFUSED_BUT_STORED
  }

  /// A promise that was not kept in a run.
  ///
  /// @param what the first case of it, for people
  /// @param count how many cases
  public record Violation(Kind kind, String what, long count) {
    /// For people, such as `2 LOST (message 7 reached 0 devices (expected: 1))`.
    @Override
    public String toString() {
      return count + " " + kind + " (" + what + ")";
    }
  }

  /// What came of one run.
  ///
  /// @param messages how many were measured
  /// @param deliveries how often a measured one reached a device
  /// @param pulled how often a device had to ask for a message, because it was behind or because it
  ///   had not been handed it; warm-up included
  /// @param settled whether everything had arrived when the run was ended
  /// @param acknowledged how many messages are stored, warm-up included
  /// @param unanswered how many messages got no answer at all, warm-up included; for a system
  ///   without acknowledgements, how many did not reach all receivers
  /// @param refusals how many were refused, by reason, warm-up included
  /// @param stored from due to the sender's acknowledgement
  /// @param delivered from due to each receiver
  /// @param lastRecipient from due to the last receiver
  /// @param violations broken promises, warm-up included; what was never acknowledged was not
  ///   promised
  public record Outcome(
      int messages,
      long deliveries,
      long pulled,
      boolean settled,
      int acknowledged,
      int unanswered,
      Map<String, Long> refusals,
      Percentiles stored,
      Percentiles delivered,
      Percentiles lastRecipient,
      List<Violation> violations) {
    public Outcome {
      refusals = Map.copyOf(refusals);
      violations = List.copyOf(violations);
    }
  }

  /// A run.
  public RunTracker(Pacer pacer, Terms terms) {
    int messages = pacer.size();
    this.pacer = pacer;
    this.terms = terms;
    this.answers = new byte[messages];
    this.receipts = new int[messages];
    this.seen = new BitSet(Math.multiplyExact(messages, terms.receivers()));
    this.seqs = new long[messages];
    this.lastSeq = new long[terms.devices()];
    this.lastReceipt = new long[messages];
    this.open = messages;
  }

  /// A message is stored.
  public synchronized void acked(int message, long seq, long now) {
    if (!isKnown(message)) {
      return;
    }
    same(message, seq);
    if (answer(message, ACKED)) {
      if (message >= pacer.measuredFrom()) {
        acks.record(now - pacer.due(message));
      }
      closeIfComplete(message);
    }
  }

  /// A message is refused for good: it is not stored and never will be.
  public synchronized void refused(int message, String reason) {
    refusals.merge(reason, 1L, Long::sum);
    if (isKnown(message) && answer(message, REFUSED)) {
      close();
    }
  }

  /// @return whether it is the first answer to this message
  private boolean answer(int message, byte answer) {
    boolean first = answers[message] == UNANSWERED;
    answers[message] = answer;
    return first;
  }

  /// A device was handed a message of its conversation.
  ///
  /// @param untimed whether its time says nothing, as that of the sender's own
  public synchronized void received(int message, int device, long seq, boolean untimed, long now) {
    if (!isKnown(message)) {
      return;
    }
    if (seen.get(receipt(message, device))) {
      violate(Kind.DOUBLED, "device " + device + " was handed " + seq + " twice");
      return;
    }
    if (seq <= lastSeq[device]) {
      violate(
          Kind.SWAPPED, "device " + device + " was handed " + seq + " after " + lastSeq[device]);
    } else {
      lastSeq[device] = seq;
    }
    same(message, seq);
    seen.set(receipt(message, device));
    receipts[message]++;
    if (message >= pacer.measuredFrom()) {
      measuredDeliveries++;
      if (!untimed) {
        deliveries.record(now - pacer.due(message));
        lastReceipt[message] = now;
      }
    }
    closeIfComplete(message);
  }

  /// It will never be known whether a message is stored.
  public synchronized void unknown(int message, String reason) {
    refusals.merge(reason, 1L, Long::sum);
    close();
  }

  /// A device was handed a message although it, or a later one, had been handed out before.
  public synchronized void late(int message, int device, long seq) {
    if (isKnown(message)) {
      boolean again = seen.get(receipt(message, device));
      violate(
          again ? Kind.DOUBLED : Kind.SWAPPED,
          "device " + device + " was handed " + seq + (again ? " twice" : " after a later one"));
    }
  }

  /// What was received last had not been handed over but was asked for.
  public synchronized void pulled() {
    pulled++;
  }

  /// A message arrived that was not sent in this run.
  public synchronized void invented(String what) {
    violate(Kind.INVENTED, what);
  }

  /// Whether every message has its answer and has reached all receivers.
  public boolean isSettled() {
    return settled;
  }

  /// What has come of it; to be called once, at the end.
  public synchronized Outcome outcome() {
    Latencies last = new Latencies();
    int unanswered = 0;
    int acknowledged = 0;
    for (int message = 0; message < answers.length; message++) {
      boolean everywhere = receipts[message] == terms.receivers();
      if (answers[message] == ACKED && !everywhere) {
        violate(Kind.LOST, arrived(message));
      } else if (answers[message] == REFUSED && receipts[message] > 0) {
        violate(Kind.REFUSED_BUT_STORED, arrived(message));
      }
      addMissing(message);
      acknowledged += answers[message] == ACKED ? 1 : 0;
      unanswered += (terms.acknowledged() ? answers[message] != UNANSWERED : everywhere) ? 0 : 1;
      if (lastReceipt[message] != 0) {
        last.record(lastReceipt[message] - pacer.due(message));
      }
    }
    return new Outcome(
        answers.length - pacer.measuredFrom(),
        measuredDeliveries,
        pulled,
        settled,
        acknowledged,
        unanswered,
        refusals,
        acks.percentiles(),
        deliveries.percentiles(),
        last.percentiles(),
        List.copyOf(violations.values()));
  }

  /// What never came is slower than all that came.
  private void addMissing(int message) {
    if (message < pacer.measuredFrom()) {
      return;
    }
    if (terms.acknowledged() && answers[message] != ACKED) {
      acks.record(NEVER);
    }
    int receivers = terms.receivers() - (terms.acknowledged() ? 1 : 0);
    for (int missing = Math.min(receivers, terms.receivers() - receipts[message]);
        missing > 0;
        missing--) {
      deliveries.record(NEVER);
    }
  }

  private void closeIfComplete(int message) {
    if (receipts[message] == terms.receivers()
        && (!terms.acknowledged() || answers[message] == ACKED)) {
      close();
    }
  }

  private void close() {
    open--;
    settled = open == 0;
  }

  private int receipt(int message, int device) {
    return message * terms.receivers() + device % terms.receivers();
  }

  private String arrived(int message) {
    return "message %d reached %d devices (expected: %d)"
        .formatted(message, receipts[message], terms.receivers());
  }

  private boolean isKnown(int message) {
    boolean known = message >= 0 && message < answers.length;
    if (!known) {
      invented("message " + message + " (expected: 0 to " + (answers.length - 1) + ")");
    }
    return known;
  }

  private void same(int message, long seq) {
    if (seqs[message] == 0) {
      seqs[message] = seq;
    } else if (seqs[message] != seq) {
      violate(
          Kind.DIVERGED,
          "message " + message + " has the numbers " + seqs[message] + " and " + seq);
    }
  }

  private void violate(Kind kind, String what) {
    violations.merge(
        kind,
        new Violation(kind, what, 1),
        (known, more) -> new Violation(kind, known.what(), known.count() + 1));
  }
}
