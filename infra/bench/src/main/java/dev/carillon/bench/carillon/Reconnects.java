package dev.carillon.bench.carillon;

import dev.carillon.bench.load.Latencies;
import dev.carillon.bench.load.Percentiles;
import dev.carillon.connection.v1.ClientFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Devices that reconnect when they lose their gateway, as the SDK's do: after a random wait that
/// doubles, with their ticket; then they fetch the messages that they missed and repeat unanswered
/// sends.
///
/// Everything but [#sent] and the results is for the loop's thread.
public final class Reconnects {
  private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MAX_DOUBLINGS = 10;

  private final Random random = new Random(1);
  private final List<NavigableMap<Long, ClientFrame>> unanswered = new ArrayList<>();
  private final Map<Integer, Absence> away = new HashMap<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final Latencies welcomes = new Latencies();
  private final Latencies absences = new Latencies();
  private final List<Long> returnTimes = new ArrayList<>();
  private boolean awayFromTheBeginning;
  private volatile long pulled;
  private volatile long disorders;
  private volatile int refusals;
  private volatile int absent;
  private volatile long lastReturn;
  private volatile int returned;

  /// @param request what is to be sent again; 0: the device is to connect again
  private record Due(long time, CarillonDevice device, long request) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(time, other.time);
    }
  }

  private record Absence(long since, int attempts) {}

  /// Devices that are all connected.
  public Reconnects(int devices) {
    for (int i = 0; i < devices; i++) {
      unanswered.add(new ConcurrentSkipListMap<>());
    }
  }

  /// Devices that have been away for long: each one catches up after its sign-in.
  public static Reconnects afterLong(int devices) {
    Reconnects reconnects = new Reconnects(devices);
    reconnects.awayFromTheBeginning = true;
    reconnects.absent = devices;
    return reconnects;
  }

  /// A device opens its first connection.
  void begins(int device) {
    if (awayFromTheBeginning) {
      away.put(device, new Absence(System.nanoTime(), 0));
    }
  }

  /// A device has pulled messages.
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void pulled(int messages) {
    pulled += messages;
  }

  /// A device received something that the contract does not allow.
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void disorder() {
    disorders++;
  }

  /// How many messages were pulled.
  public long pulled() {
    return pulled;
  }

  /// How often a device received something that the contract does not allow.
  public long disorders() {
    return disorders;
  }

  /// A device has sent a message; for the sender's thread.
  void sent(int device, long request, ClientFrame frame) {
    unanswered.get(device).put(request, frame);
  }

  void answered(int device, long request) {
    unanswered.get(device).remove(request);
  }

  /// A device's message was refused for now, which says nothing about an earlier attempt: it is
  /// sent again a little later.
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void refused(CarillonDevice device, long request) {
    refusals++;
    due.add(new Due(System.nanoTime() + random.nextLong(FIRST_WAIT_NANOS), device, request));
  }

  /// How often a message was refused and sent again.
  public int refusals() {
    return refusals;
  }

  /// A device has lost its connection.
  void gone(CarillonDevice device) {
    long now = System.nanoTime();
    Absence before = away.getOrDefault(device.index(), new Absence(now, 0));
    Absence longer = new Absence(before.since(), before.attempts() + 1);
    away.put(device.index(), longer);
    absent = away.size();
    long bound =
        Math.min(
            LAST_WAIT_NANOS, FIRST_WAIT_NANOS << Math.min(longer.attempts() - 1, MAX_DOUBLINGS));
    due.add(new Due(now + random.nextLong(bound + 1), device, 0));
  }

  /// A device was asked to connect to another gateway, and when.
  void leave(CarillonDevice device, long nanosFromNow) {
    long now = System.nanoTime();
    away.put(device.index(), new Absence(now + nanosFromNow, 0));
    absent = away.size();
    due.add(new Due(now + nanosFromNow, device, 0));
  }

  /// Has those whose time has come connect again, or send again.
  void tick(long now, Consumer<CarillonDevice> connect) {
    for (Due next = due.peek(); next != null && next.time() <= now; next = due.peek()) {
      due.remove();
      ClientFrame frame = unanswered.get(next.device().index()).get(next.request());
      if (next.request() == 0) {
        connect.accept(next.device());
      } else if (frame != null) {
        next.device().say(frame);
      }
    }
  }

  /// How often a device has tried to come back.
  int attempts(int device) {
    Absence absence = away.get(device);
    return absence == null ? 0 : absence.attempts();
  }

  /// Whether a device that was let in had been away; if so it sends again what was not answered.
  boolean welcomeBack(CarillonDevice device, long now) {
    Absence absence = away.get(device.index());
    if (absence == null) {
      return false;
    }
    welcomes.record(now - absence.since());
    unanswered.get(device.index()).values().forEach(device::say);
    return true;
  }

  /// A device has everything that it missed.
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void caughtUp(int device, long now) {
    Absence absence = away.remove(device);
    if (absence == null) {
      return;
    }
    absences.record(now - absence.since());
    returnTimes.add(now);
    lastReturn = now;
    returned++;
    absent = awayFromTheBeginning ? unanswered.size() - returned : away.size();
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
