package dev.carillon.bench.load;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The proof that goes with every measurement: each acknowledged message reached every receiver
/// exactly once and in order.
///
/// Flat arrays, so that it costs next to nothing. A message is identified by its number in the run,
/// a device by its number; the members of a conversation have consecutive numbers, and a device
/// belongs to one conversation. For use by one thread.
public final class Ledger {
  private static final byte UNANSWERED = 0;
  private static final byte ACKED = 1;
  private static final byte REFUSED = 2;

  private final int receiversEach;
  private final byte[] answers;
  private final int[] receipts;
  private final BitSet seen;
  private final long[] seqs;
  private final long[] lastSeq;
  private final Map<Violation.Kind, Violation> violations = new EnumMap<>(Violation.Kind.class);

  /// A ledger for one run.
  ///
  /// @param receiversEach how many devices each message must reach
  /// @param devices how many devices there are
  public Ledger(int messages, int receiversEach, int devices) {
    this.receiversEach = receiversEach;
    this.answers = new byte[messages];
    this.receipts = new int[messages];
    this.seen = new BitSet(Math.multiplyExact(messages, receiversEach));
    this.seqs = new long[messages];
    this.lastSeq = new long[devices];
  }

  /// The sender got the acknowledgement of a message, with its number.
  ///
  /// @return whether it is the first answer to this message
  public boolean acked(int message, long seq) {
    if (!isKnown(message)) {
      return false;
    }
    same(message, seq);
    boolean first = answers[message] == UNANSWERED;
    answers[message] = ACKED;
    return first;
  }

  /// The sender got the refusal of a message, which is not stored and never will be.
  ///
  /// @return whether it is the first answer to this message
  public boolean refused(int message) {
    if (!isKnown(message)) {
      return false;
    }
    boolean first = answers[message] == UNANSWERED;
    answers[message] = REFUSED;
    return first;
  }

  /// A device was handed a message of its conversation.
  ///
  /// @return whether it is news to the device
  public boolean received(int message, int device, long seq) {
    if (!isKnown(message)) {
      return false;
    }
    int receipt = message * receiversEach + device % receiversEach;
    if (seen.get(receipt)) {
      violate(Violation.Kind.DOUBLED, "device " + device + " was handed " + seq + " twice");
      return false;
    }
    if (seq <= lastSeq[device]) {
      violate(
          Violation.Kind.SWAPPED,
          "device " + device + " was handed " + seq + " after " + lastSeq[device]);
    } else {
      lastSeq[device] = seq;
    }
    same(message, seq);
    seen.set(receipt);
    receipts[message]++;
    return true;
  }

  /// A device was handed a message although it, or a later one, had been handed out before.
  public void late(int message, int device, long seq) {
    if (isKnown(message)) {
      boolean again = seen.get(message * receiversEach + device % receiversEach);
      violate(
          again ? Violation.Kind.DOUBLED : Violation.Kind.SWAPPED,
          "device " + device + " was handed " + seq + (again ? " twice" : " after a later one"));
    }
  }

  /// Something arrived that is no message of this run.
  public void invented(String what) {
    violate(Violation.Kind.INVENTED, what);
  }

  /// Whether a message is stored and has reached all receivers.
  ///
  /// @param acknowledges whether senders get answers at all
  public boolean isComplete(int message, boolean acknowledges) {
    return receipts[message] == receiversEach && (!acknowledges || answers[message] == ACKED);
  }

  /// How many messages have no answer yet; for a system without acknowledgements, how many have not
  /// reached all receivers.
  ///
  /// @param acknowledges whether senders get answers at all
  public int unanswered(boolean acknowledges) {
    int count = 0;
    for (int message = 0; message < answers.length; message++) {
      boolean open =
          acknowledges ? answers[message] == UNANSWERED : receipts[message] < receiversEach;
      count += open ? 1 : 0;
    }
    return count;
  }

  /// Everything that was not as promised, after the last receipt; empty: all is well.
  ///
  /// What was never acknowledged was not promised.
  public List<Violation> verdict() {
    for (int message = 0; message < answers.length; message++) {
      if (answers[message] == ACKED && receipts[message] < receiversEach) {
        violate(Violation.Kind.LOST, arrived(message));
      } else if (answers[message] == REFUSED && receipts[message] > 0) {
        violate(Violation.Kind.REFUSED_BUT_STORED, arrived(message));
      }
    }
    return new ArrayList<>(violations.values());
  }

  private String arrived(int message) {
    return "message "
        + message
        + " reached "
        + receipts[message]
        + " devices (expected: "
        + receiversEach
        + ")";
  }

  private boolean isKnown(int message) {
    if (message >= 0 && message < answers.length) {
      return true;
    }
    invented("message " + message + " (expected: 0 to " + (answers.length - 1) + ")");
    return false;
  }

  private void same(int message, long seq) {
    if (seqs[message] == 0) {
      seqs[message] = seq;
    } else if (seqs[message] != seq) {
      violate(
          Violation.Kind.DIVERGED,
          "message " + message + " has the numbers " + seqs[message] + " and " + seq);
    }
  }

  private void violate(Violation.Kind kind, String what) {
    violations.merge(
        kind,
        new Violation(kind, what, 1),
        (known, more) -> new Violation(kind, known.what(), known.count() + more.count()));
  }
}
