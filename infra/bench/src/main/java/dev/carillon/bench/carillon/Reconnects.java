package dev.carillon.bench.carillon;

import dev.carillon.bench.load.Latencies;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Whether the devices of a fleet reconnect, how often and how fast they did so and caught up.
///
/// What happens is counted by the loop's thread; the results are for when all are back.
public final class Reconnects {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

  /// How many messages were pulled.
  public final LongAdder pulled = new LongAdder();

  /// How often a device received something that the contract does not allow.
  public final LongAdder disorders = new LongAdder();

  /// How often a message was refused for now and sent again.
  public final LongAdder refusals = new LongAdder();

  /// How long each took from losing its connection to being let in again.
  public final Latencies welcomes = new Latencies();

  /// How long each was away, from losing its connection to having caught up.
  public final Latencies absences = new Latencies();

  /// Whether devices reconnect at all when they lose their gateway.
  final boolean wanted;

  /// Whether each device has to catch up after its first sign-in too.
  final boolean fromTheBeginning;

  final LongAdder absent = new LongAdder();

  private final List<Long> returnTimes = new ArrayList<>();

  private Reconnects(boolean wanted, int absent) {
    this.wanted = wanted;
    this.fromTheBeginning = absent > 0;
    this.absent.add(absent);
  }

  /// Devices that reconnect.
  public static Reconnects wanted() {
    return new Reconnects(true, 0);
  }

  /// So many devices that have been away for long: each one catches up after its sign-in.
  public static Reconnects afterLong(int devices) {
    return new Reconnects(true, devices);
  }

  /// Devices that stay away when they lose their gateway.
  static Reconnects never() {
    return new Reconnects(false, 0);
  }

  /// A device that was away since then has everything that it missed.
  void caughtUp(long since, long now) {
    absences.record(now - since);
    returnTimes.add(now);
    absent.decrement();
  }

  /// Waits until all are back, but not for ever.
  ///
  /// @return how many are still away
  public int await(Duration limit) {
    Wait.until(() -> absent.sum() == 0, POLL_INTERVAL, limit);
    return absent.intValue();
  }

  /// How many have come back.
  public int returned() {
    return returnTimes.size();
  }

  /// When the last one had caught up, by `System.nanoTime`.
  public long lastReturn() {
    return returnTimes.isEmpty() ? 0 : returnTimes.getLast();
  }

  /// How many came back in each second from a moment of `System.nanoTime` on.
  public int[] eachSecond(long from) {
    int[] counts = new int[returnTimes.isEmpty() ? 0 : second(from, lastReturn()) + 1];
    returnTimes.forEach(time -> counts[second(from, time)]++);
    return counts;
  }

  private static int second(long from, long time) {
    return (int) Math.max(0, TimeUnit.NANOSECONDS.toSeconds(time - from));
  }
}
