package dev.carillon.check.history;

import dev.carillon.wire.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// One thing that a device did or saw. Stamps are nanoseconds since the run began, of one monotonic
/// clock: taken before what a device does, and after what it sees.
public sealed interface Event {
  /// When it happened; for what has a beginning and an end, the end.
  long at();

  /// Whose event it is.
  Device device();

  /// The end of an attempt to send, or to change a group.
  sealed interface Outcome extends Event {
    /// The [Invoked#op] or [ChangeInvoked#op] that ended.
    long op();
  }

  /// The server reports the version of a user's mailbox, in whatever frame.
  sealed interface Versioned extends Event {
    /// When the device asked.
    long askedAt();

    long version();
  }

  /// A device begins an attempt to send.
  ///
  /// @param op the attempt's number, unique in the run
  /// @param conversation the conversation's id in hex
  /// @param id the message's id in hex; the same for all attempts
  /// @param hash of the body
  /// @param intendedAt when the message was due to be sent for the first time
  /// @param readSeq the newest message of the conversation that the device had been handed
  record Invoked(
      long at,
      Device device,
      long op,
      String conversation,
      String id,
      long hash,
      long intendedAt,
      long readSeq)
      implements Event {}

  /// The server acknowledged: stored.
  ///
  /// @param duplicate whether the server said that it had been stored before
  record Stored(long at, Device device, long op, long seq, long prevSeq, boolean duplicate)
      implements Outcome {}

  /// The server refused for good: nothing was stored.
  record Refused(long at, Device device, long op, String reason) implements Outcome {}

  /// Nobody knows: the deadline passed.
  record Unknown(long at, Device device, long op, String reason) implements Outcome {}

  /// A device asks for a change of a group's membership.
  ///
  /// @param op the request's number, unique in the run
  /// @param conversation the group's id in hex
  /// @param added the users to add
  /// @param removed the users to remove
  record ChangeInvoked(
      long at,
      Device device,
      long op,
      String conversation,
      List<String> added,
      List<String> removed)
      implements Event {
    /// Copies the lists.
    public ChangeInvoked {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }

  /// The server says what it changed.
  ///
  /// @param seq the notice; 0: there was nothing to change
  /// @param users those who were really added or removed
  record Changed(long at, Device device, long op, long seq, List<String> users) implements Outcome {
    /// Copies the list.
    public Changed {
      users = List.copyOf(users);
    }
  }

  /// A device's application was handed a message.
  record Handed(long at, Device device, Fact fact) implements Event {}

  /// A message came on the wire unasked, repeats included.
  ///
  /// @param connection the [Connected#connection] it came on
  /// @param number the delivery number
  record Delivered(long at, Device device, long connection, long number, Fact fact)
      implements Event {}

  /// A device is signed in.
  ///
  /// @param connection its number, unique in the run
  /// @param endpoint the gateway; empty when the SDK chose it
  record Connected(long at, Device device, long connection, Transport transport, String endpoint)
      implements Event {}

  /// A device's connection is gone.
  record Disconnected(long at, Device device) implements Event {}

  /// The server reported the mailbox version.
  ///
  /// @param askedAt when the device asked
  record VersionRead(long askedAt, long at, Device device, long version) implements Versioned {}

  /// A thread of a mailbox as a sync returned it.
  ///
  /// @param conversation the conversation's id in hex
  /// @param version the mailbox version at which it last changed
  /// @param lastSeq its newest message
  record ThreadState(String conversation, long version, long lastSeq) {}

  /// A sync was answered to its end.
  ///
  /// @param askedAt when the first page was asked for
  /// @param after the version it began from
  /// @param version the version it ended at
  record Synced(
      long askedAt, long at, Device device, long after, long version, List<ThreadState> threads)
      implements Versioned {
    /// Copies the list.
    public Synced {
      threads = List.copyOf(threads);
    }
  }

  /// A device holds everything up to a mailbox version, by its own account.
  record Complete(long at, Device device, long version) implements Event {}

  /// A range of history was read.
  ///
  /// @param askedAt when it was asked for
  /// @param conversation the conversation's id in hex
  /// @param afterSeq the range begins after it
  /// @param beforeSeq the range ends before it; [Long#MAX_VALUE]: at the newest
  /// @param facts what was returned, as it was ordered
  /// @param cut whether the limit ended the answer before the range's far end
  /// @param last whether it is part of the reading of everything after the load
  record HistoryRead(
      long askedAt,
      long at,
      Device device,
      String conversation,
      long afterSeq,
      long beforeSeq,
      List<Fact> facts,
      boolean cut,
      boolean last)
      implements Event {
    /// Copies the list.
    public HistoryRead {
      facts = List.copyOf(facts);
    }

    /// Whether the answer speaks of a number: says that it is there, or that it is not.
    public boolean covers(long seq) {
      boolean upToLast = !cut || (!facts.isEmpty() && seq <= facts.getLast().seq());
      return seq > afterSeq && seq < beforeSeq && upToLast;
    }
  }

  /// For people, in a line.
  default String text() {
    return time(at()) + " " + device() + " " + said();
  }

  private static String said(Outcome outcome) {
    return switch (outcome) {
      case Stored(_, _, _, long seq, long prevSeq, boolean duplicate) ->
          "has the acknowledgement: seq %d after %d%s"
              .formatted(seq, prevSeq, duplicate ? ", a repeat" : "");
      case Refused refused -> "is refused: " + refused.reason();
      case Unknown unknown -> "gives up waiting: " + unknown.reason();
      case Changed changed ->
          "is told of the change of %s: seq %d".formatted(changed.users(), changed.seq());
    };
  }

  private String said() {
    return switch (this) {
      case Outcome outcome -> said(outcome);
      case Invoked(_, _, _, String conversation, String id, long hash, _, long readSeq) ->
          "sends %s to %s (body %s, had read %d)"
              .formatted(Hex.head(id), Hex.head(conversation), Hex.of(hash), readSeq);
      case ChangeInvoked(_, _, _, String group, List<String> added, List<String> removed) ->
          "asks for%s in %s".formatted(new Fact.Notice(added, removed), Hex.head(group));
      case Handed handed -> "is handed " + handed.fact();
      case Delivered delivered -> "has delivery " + delivered.number() + ": " + delivered.fact();
      case Connected _ -> "is connected";
      case Disconnected _ -> "is disconnected";
      case VersionRead(long askedAt, _, _, long version) ->
          "is told version %d (asked at %s)".formatted(version, time(askedAt));
      case Synced(long askedAt, _, _, long after, long version, List<ThreadState> threads) ->
          "synced from version %d to %d: %d threads (asked at %s)"
              .formatted(after, version, threads.size(), time(askedAt));
      case Complete complete -> "is complete up to version " + complete.version();
      case HistoryRead read ->
          "read %d messages of %s after %d (asked at %s)"
              .formatted(
                  read.facts().size(),
                  Hex.head(read.conversation()),
                  read.afterSeq(),
                  time(read.askedAt()));
    };
  }

  /// A stamp as people read it.
  private static String time(long at) {
    return String.format(Locale.ROOT, "%8.3f s", Duration.ofNanos(at).toMillis() / 1000.0);
  }
}
