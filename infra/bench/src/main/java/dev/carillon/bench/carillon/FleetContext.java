package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SignIns;
import dev.carillon.wire.Loop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What the devices of a fleet share: their gateways, the run to which they report, and what is to
/// be done later.
///
/// What a sender needs is for its thread, the rest for the loop's.
final class FleetContext {
  private static final String TIMEOUT = "TIMEOUT";
  private static final int SIGNING_IN_AT_ONCE = 64;
  private static final int RUN_SHIFT = 32;
  private static final int DIGITS = 10;

  final Loop loop;
  final Reconnects reconnects;
  final SignIns signIns;
  final DeliverScan delivery = new DeliverScan();
  final Random random = new Random(1);

  /// The gateway's wishes, as the last device that was let in heard them.
  double heartbeatSeconds = Double.POSITIVE_INFINITY;

  double ackDelaySeconds;

  private final List<InetSocketAddress> gateways;
  private final byte[] pad;
  private final long nonce = System.nanoTime();
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::time));
  private int lastExpected = -1;
  private byte[] lastText = {};
  private long runs;
  private volatile @Nullable RunTracker tracker;

  private record Due(long time, Runnable task) {}

  /// Of a fleet that has not signed in.
  ///
  /// @param devices how many there will be
  /// @param textLength of the messages, 10 or more
  FleetContext(
      Loop loop,
      List<InetSocketAddress> gateways,
      int devices,
      int textLength,
      Reconnects reconnects) {
    this.loop = loop;
    this.gateways = List.copyOf(gateways);
    this.signIns = new SignIns(devices, SIGNING_IN_AT_ONCE);
    this.pad = "x".repeat(Math.max(DIGITS, textLength)).getBytes(US_ASCII);
    this.reconnects = reconnects;
  }

  /// The gateway of that number; after the last one comes the first one again.
  InetSocketAddress gateway(int number) {
    return gateways.get(number % gateways.size());
  }

  /// Does something after a while, unless the fleet is closed by then.
  void later(long nanos, Runnable task) {
    due.add(new Due(System.nanoTime() + nanos, task));
  }

  /// Does what is due.
  void tick(long now) {
    for (Due next = due.peek(); next != null && next.time() <= now; next = due.peek()) {
      due.remove();
      next.task().run();
    }
  }

  /// Begins a run; for the sender's thread.
  void track(RunTracker next) {
    runs++;
    tracker = next;
  }

  /// The id of the request that sends a message of this run; for the sender's thread.
  long request(int message) {
    return (runs << RUN_SHIFT) | message;
  }

  /// The client's id of a message of this run; for the sender's thread.
  byte[] id(int message) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(nonce + runs).putLong(message).array();
  }

  /// The text of a message; all have one length.
  byte[] text(int message) {
    byte[] text = pad.clone();
    int rest = message;
    for (int i = DIGITS - 1; i >= 0; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return text;
  }

  private @Nullable RunTracker trackerOf(long request) {
    RunTracker current = tracker;
    return request >>> RUN_SHIFT == runs ? current : null;
  }

  /// A send was stored.
  void acked(long request, long seq, long now) {
    RunTracker current = trackerOf(request);
    if (current != null) {
      current.acked((int) request, seq, now);
    }
  }

  /// A send was refused.
  ///
  /// @return whether it is to be sent again
  boolean refused(long request, String reason) {
    RunTracker current = trackerOf(request);
    if (current == null) {
      return false;
    }
    if (reconnects.wanted) {
      // Which says nothing about an earlier attempt.
      return true;
    }
    if (reason.equals(TIMEOUT)) {
      current.unknown((int) request, reason);
    } else {
      current.refused((int) request, reason);
    }
    return false;
  }

  /// A message is the next one of a device.
  void received(int device, DeliverScan message, boolean late, long now) {
    RunTracker current = tracker;
    // What is left of an earlier run, and notices, do not belong to this run.
    if (current == null || message.runId != nonce + runs) {
      return;
    }
    int number = (int) message.message;
    if (!message.hasText(expected(number))) {
      current.invented("message " + number + " arrived with another text");
      return;
    }
    current.received(number, device, message.seq, late || message.sender == device, now);
    if (message.number == 0) {
      current.pulled();
    }
  }

  /// The same message often comes to one device after the other.
  private byte[] expected(int message) {
    if (message != lastExpected) {
      lastExpected = message;
      lastText = text(message);
    }
    return lastText;
  }

  /// A device received a message after that message, or a later one, on the same connection.
  void late(int device, DeliverScan message) {
    RunTracker current = tracker;
    if (current != null && message.runId == nonce + runs) {
      current.late((int) message.message, device, message.seq);
    }
  }

  /// A device received something that the contract does not allow.
  void disorder(String what) {
    reconnects.disorders.increment();
    RunTracker current = tracker;
    if (current != null) {
      current.invented(what);
    }
  }
}
