package dev.carillon.bench.carillon;

import dev.carillon.bench.load.Latencies;
import dev.carillon.bench.load.Percentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How often and how fast the devices of a fleet reconnected and caught up.
///
/// What happens is reported by the loop's thread; the results are for every thread.
@SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
public final class Reconnects {
  /// Whether devices reconnect at all when they lose their gateway.
  final boolean wanted;

  /// Whether each device has to catch up after its first sign-in too.
  final boolean fromTheBeginning;

  private final Latencies welcomes = new Latencies();
  private final Latencies absences = new Latencies();
  private final List<Long> returnTimes;
  private volatile long pulled;
  private volatile long disorders;
  private volatile int refusals;
  private volatile int absent;
  private volatile long lastReturn;
  private volatile int returned;

  private Reconnects(int devices, boolean wanted, boolean fromTheBeginning) {
    this.returnTimes = new ArrayList<>(devices);
    this.wanted = wanted;
    this.fromTheBeginning = fromTheBeginning;
    this.absent = fromTheBeginning ? devices : 0;
  }

  /// Devices that reconnect.
  public Reconnects(int devices) {
    this(devices, true, false);
  }

  /// Devices that have been away for long: each one catches up after its sign-in.
  public static Reconnects afterLong(int devices) {
    return new Reconnects(devices, true, true);
  }

  /// Devices that stay away when they lose their gateway.
  static Reconnects never() {
    return new Reconnects(0, false, false);
  }

  /// A device has pulled messages.
  void pulled(int messages) {
    pulled += messages;
  }

  /// A device received something that the contract does not allow.
  void disorder() {
    disorders++;
  }

  /// A message was refused for now and is sent again.
  void refused() {
    refusals++;
  }

  /// A device has lost its connection.
  void left() {
    absent++;
  }

  /// A device that was away since then is let in.
  void welcome(long since, long now) {
    welcomes.record(now - since);
  }

  /// A device that was away since then has everything that it missed.
  void caughtUp(long since, long now) {
    absences.record(now - since);
    returnTimes.add(now);
    lastReturn = now;
    returned++;
    absent--;
  }

  /// How many messages were pulled.
  public long pulled() {
    return pulled;
  }

  /// How often a device received something that the contract does not allow.
  public long disorders() {
    return disorders;
  }

  /// How often a message was refused and sent again.
  public int refusals() {
    return refusals;
  }

  /// How many are away.
  public int absent() {
    return absent;
  }

  /// How many have come back.
  public int returned() {
    return returned;
  }

  /// When the last one had caught up, by `System.nanoTime`.
  public long lastReturn() {
    return lastReturn;
  }

  /// How long each was away, from losing its connection to having caught up; when all are back.
  public Percentiles absences() {
    return absences.percentiles();
  }

  /// How long each took from losing its connection to being let in again; when all are back.
  public Percentiles welcomes() {
    return welcomes.percentiles();
  }

  /// How many came back in each second from a moment of `System.nanoTime` on; when all are back.
  public int[] eachSecond(long from) {
    int seconds = returned == 0 ? 0 : second(from, lastReturn) + 1;
    int[] counts = new int[seconds];
    returnTimes.forEach(time -> counts[second(from, time)]++);
    return counts;
  }

  private static int second(long from, long time) {
    return (int) Math.max(0, TimeUnit.NANOSECONDS.toSeconds(time - from));
  }
}
