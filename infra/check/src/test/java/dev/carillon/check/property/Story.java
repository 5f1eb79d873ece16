package dev.carillon.check.property;

import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.ChangeInvoked;
import dev.carillon.check.history.Event.Changed;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Invoked;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Event.ThreadState;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// A history told by hand: Ann and Bob in one conversation, each step a nanosecond after the last.
final class Story {
  static final String CHAT = "c0";
  static final Device ANN = new Device("ann", "phone");
  static final Device ANN_TABLET = new Device("ann", "tablet");
  static final Device BOB = new Device("bob", "phone");
  static final Device CID = new Device("cid", "phone");

  private final List<Event> events = new ArrayList<>();
  private long now;
  private long ops;
  private Conversation.Kind kind = Conversation.Kind.FROM_JOIN;

  /// A message of Ann with its usual body.
  static Fact fact(String id, long seq, long prevSeq) {
    return new Fact(CHAT, seq, prevSeq, "ann", id, body(id), null);
  }

  /// The usual body of a message.
  static long body(String id) {
    return id.hashCode();
  }

  /// A notice of a change by Ann.
  static Fact notice(long seq, long prevSeq, List<String> added, List<String> removed) {
    return new Fact(CHAT, seq, prevSeq, "ann", "", 0, new Fact.Notice(added, removed));
  }

  /// Ann begins to add somebody.
  long adds(String user) {
    return changes(List.of(user), List.of());
  }

  /// Ann begins to remove somebody.
  long removes(String user) {
    return changes(List.of(), List.of(user));
  }

  private long changes(List<String> added, List<String> removed) {
    events.add(new ChangeInvoked(++now, ANN, ++ops, CHAT, added, removed));
    return ops;
  }

  /// Ann is told of a change.
  Story changed(long op, long seq) {
    events.add(new Changed(++now, ANN, op, seq, List.of()));
    return this;
  }

  /// From now on the group shows newcomers everything.
  Story withWholeHistory() {
    kind = Conversation.Kind.WHOLE_HISTORY;
    return this;
  }

  /// Ann begins to send.
  long sends(String id) {
    return sends(ANN, id, body(id), 0);
  }

  long sends(Device device, String id, long hash, long readSeq) {
    events.add(new Invoked(++now, device, ++ops, CHAT, id, hash, now, readSeq));
    return ops;
  }

  /// Ann sends and has the acknowledgement.
  Story sent(String id, long seq, long prevSeq) {
    return stored(sends(id), seq, prevSeq);
  }

  Story stored(long op, long seq, long prevSeq) {
    events.add(new Stored(++now, ANN, op, seq, prevSeq, false));
    return this;
  }

  Story refused(long op) {
    events.add(new Refused(++now, ANN, op, "NOT_A_MEMBER"));
    return this;
  }

  Story unknown(long op) {
    events.add(new Unknown(++now, ANN, op, "UNREACHABLE"));
    return this;
  }

  Story handed(Device device, Fact... facts) {
    for (Fact fact : facts) {
      events.add(new Handed(++now, device, fact));
    }
    return this;
  }

  Story delivered(Device device, long connection, Fact... facts) {
    for (Fact fact : facts) {
      events.add(new Delivered(++now, device, connection, now, fact));
    }
    return this;
  }

  Story version(Device device, long version) {
    events.add(new VersionRead(++now, ++now, device, version));
    return this;
  }

  Story synced(Device device, long after, long version, long lastSeq) {
    List<ThreadState> threads =
        lastSeq == 0 ? List.of() : List.of(new ThreadState(CHAT, version, lastSeq));
    events.add(new Synced(++now, ++now, device, after, version, threads));
    return this;
  }

  Story complete(Device device, long version) {
    events.add(new Complete(++now, device, version));
    return this;
  }

  /// A device reads everything.
  Story read(Device device, Fact... facts) {
    return read(device, now + 1, false, facts);
  }

  /// A device reads everything, having asked at a moment of the past.
  Story read(Device device, long askedAt, boolean last, Fact... facts) {
    now++;
    events.add(
        new HistoryRead(
            askedAt, ++now, device, CHAT, 0, Long.MAX_VALUE, List.of(facts), false, last));
    return this;
  }

  /// Both users read everything at the end.
  Story ends(Fact... facts) {
    return read(ANN, now + 1, true, facts).read(BOB, now + 1, true, facts);
  }

  long now() {
    return now;
  }

  /// The history, in which Bob's phone has to be complete.
  History history() {
    return History.of(
        List.of(new Conversation(CHAT, kind, Set.of("ann", "bob"))), List.of(BOB), events);
  }

  /// What a property says of it.
  List<String> judgedBy(BiConsumer<History, Findings> property) {
    Findings findings = new Findings();
    property.accept(history(), findings);
    return findings.all().stream().map(Violation::what).toList();
  }
}
