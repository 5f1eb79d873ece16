package dev.carillon.bench.load;

import java.util.Map;
import java.util.TreeMap;

/// Tracks one run: which messages were sent, acknowledged and received, and when.
///
/// Times count from when a message was due, whenever it was really sent. Messages before
/// `measuredFrom` are checked like all others, but their times are not recorded. Safe for use by
/// several threads.
public final class RunTracker {
  private final Schedule schedule;
  private final long start;
  private final int measuredFrom;
  private final Ledger ledger;
  private final Terms terms;
  private final long[] lastReceipt;
  private final Latencies acks = new Latencies();
  private final Latencies deliveries = new Latencies();
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

  /// A run.
  ///
  /// @param start when it begins, by `System.nanoTime`
  public RunTracker(Schedule schedule, long start, int measuredFrom, Terms terms) {
    this.schedule = schedule;
    this.start = start;
    this.measuredFrom = measuredFrom;
    this.terms = terms;
    this.ledger = new Ledger(schedule.size(), terms.receivers(), terms.devices());
    this.lastReceipt = new long[schedule.size()];
    this.open = schedule.size();
  }

  /// A message is stored.
  public synchronized void acked(int message, long seq, long now) {
    if (!ledger.acked(message, seq)) {
      return;
    }
    if (message >= measuredFrom) {
      acks.record(now - due(message));
    }
    close(message);
  }

  /// A message is refused for good.
  public synchronized void refused(int message, String reason) {
    refusals.merge(reason, 1L, Long::sum);
    if (ledger.refused(message)) {
      closed();
    }
  }

  /// A message has reached a device.
  ///
  /// @param untimed whether its time says nothing, as that of the sender's own
  public synchronized void received(int message, int device, long seq, boolean untimed, long now) {
    if (!ledger.received(message, device, seq)) {
      return;
    }
    if (message >= measuredFrom) {
      measuredDeliveries++;
      if (!untimed) {
        deliveries.record(now - due(message));
        lastReceipt[message] = now;
      }
    }
    close(message);
  }

  /// It will never be known whether a message is stored.
  public synchronized void unknown(int message, String reason) {
    refusals.merge(reason, 1L, Long::sum);
    closed();
  }

  /// A device was handed a message although it, or a later one, had been handed out before.
  public synchronized void late(int message, int device, long seq) {
    ledger.late(message, device, seq);
  }

  /// What was received last had not been handed over but was asked for.
  public synchronized void pulled() {
    pulled++;
  }

  /// A message arrived that was not sent in this run.
  public synchronized void invented(String what) {
    ledger.invented(what);
  }

  private void close(int message) {
    if (ledger.isComplete(message, terms.acknowledged())) {
      closed();
    }
  }

  private void closed() {
    open--;
    settled = open == 0;
  }

  private long due(int message) {
    return start + schedule.offset(message);
  }

  /// Whether every message has its answer and has reached all receivers.
  public boolean isSettled() {
    return settled;
  }

  /// What has come of it so far.
  public synchronized RunResult outcome() {
    Latencies last = new Latencies();
    for (int message = measuredFrom; message < lastReceipt.length; message++) {
      if (lastReceipt[message] != 0) {
        last.record(lastReceipt[message] - due(message));
      }
    }
    return new RunResult(
        schedule.size() - measuredFrom,
        measuredDeliveries,
        pulled,
        ledger.unanswered(terms.acknowledged()),
        refusals,
        acks.percentiles(),
        deliveries.percentiles(),
        last.percentiles(),
        ledger.verdict());
  }
}
