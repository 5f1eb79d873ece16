package dev.carillon.check.workload;

import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A device of the load, whatever it speaks with. It notes everything it does and sees. Safe for
/// use by several threads; only what has an answer waits for it.
abstract class TestDevice implements AutoCloseable {
  final Device device;
  final DeviceContext context;
  final Recorder recorder;
  private final Map<String, Long> readSeqs = new ConcurrentHashMap<>();
  private final AtomicInteger pending = new AtomicInteger();

  TestDevice(Device device, DeviceContext context) {
    this.device = device;
    this.context = context;
    recorder = context.recorder();
  }

  /// How many attempts have not ended.
  final int pending() {
    return pending.get();
  }

  /// The newest message of a conversation that it was handed; 0: none.
  final long readSeq(String conversation) {
    return readSeqs.getOrDefault(conversation, 0L);
  }

  /// Sends a message and notes what became of it, at the latest when the device is closed.
  ///
  /// @param repeat whether an earlier attempt may have been taken
  final Event.Outcome send(Outgoing outgoing, boolean repeat) {
    long op = recorder.number();
    String conversation = outgoing.conversation().id();
    recorder.record(
        new Event.Invoked(
            recorder.now(),
            device,
            op,
            conversation,
            outgoing.id(),
            Facts.hash(outgoing.text()),
            outgoing.intendedAt(),
            readSeq(conversation)));
    pending.incrementAndGet();
    Event.Outcome outcome = attempt(op, outgoing, repeat);
    recorder.record(outcome);
    pending.decrementAndGet();
    return outcome;
  }

  /// Waits for the outcome of an attempt, which never fails.
  ///
  /// @param op its number, unique in the run
  abstract Event.Outcome attempt(long op, Outgoing outgoing, boolean repeat);

  /// Notes that the device has a message and all before it.
  final void hand(Fact fact) {
    recorder.record(new Event.Handed(recorder.now(), device, fact));
    readSeqs.put(fact.conversation(), fact.seq());
  }

  /// Notes a part of history that was read.
  final Event.HistoryRead noteRead(Reading reading, List<Fact> facts, boolean more) {
    Event.HistoryRead read =
        new Event.HistoryRead(
            reading.askedAt(),
            recorder.now(),
            device,
            reading.conversation(),
            reading.afterSeq(),
            reading.beforeSeq(),
            facts.stream().map(recorder::shared).toList(),
            more,
            reading.last());
    recorder.record(read);
    return read;
  }

  /// A message of the load.
  ///
  /// @param id the message's id in hex
  /// @param text what it says
  /// @param intendedAt when it was due
  record Outgoing(Conversation conversation, String id, String text, long intendedAt) {}

  /// What was asked for of a history.
  ///
  /// @param last whether it belongs to the reading at the end
  record Reading(String conversation, long askedAt, long afterSeq, long beforeSeq, boolean last) {}

  /// Whether it is in use, connected or not: a device that went away sends nothing.
  abstract boolean inUse();

  /// Loses its connection; reconnects with [#comeBack], with the messages that it holds.
  abstract void goAway();

  /// Connects again, possibly to another gateway.
  abstract void comeBack();

  /// Reads nothing from its connection for a while.
  abstract void freeze(Duration howLong);

  /// Begins to catch up, if it has not.
  abstract void catchUp();

  /// Reads a range of history and records it.
  ///
  /// @param last whether it belongs to the reading at the end
  /// @throws CompletionException without an answer in time, or when it is refused
  final Event.HistoryRead read(Conversation conversation, long afterSeq, int limit, boolean last) {
    return read(
        new Reading(conversation.id(), recorder.now(), afterSeq, Long.MAX_VALUE, last), limit);
  }

  abstract Event.HistoryRead read(Reading reading, int limit);

  @Override
  public abstract void close();
}
