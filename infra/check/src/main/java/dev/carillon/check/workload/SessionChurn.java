package dev.carillon.check.workload;

import dev.carillon.check.history.Recorder;
import dev.carillon.client.HistoryRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Devices that lose their connection and reconnect after a while, and that read history. For use
/// by the one thread of the load.
final class SessionChurn {
  private static final long READ_MEAN_NANOS = 300_000_000;
  private static final long LEAVE_MEAN_NANOS = 1_500_000_000;
  private static final long AWAY_MEAN_NANOS = 2_500_000_000L;

  private final Population population;
  private final Recorder recorder;
  private final Random random;
  private final Map<TestDevice, Long> away = new HashMap<>();
  private long readAt;
  private long leaveAt;

  SessionChurn(Population population, Recorder recorder, Random random) {
    this.population = population;
    this.recorder = recorder;
    this.random = random;
    readAt = recorder.now() + random(READ_MEAN_NANOS);
    leaveAt = recorder.now() + random(LEAVE_MEAN_NANOS);
  }

  /// Does what is due.
  void tick() {
    long now = recorder.now();
    if (now >= readAt) {
      readAt = now + random(READ_MEAN_NANOS);
      read();
    }
    if (now >= leaveAt) {
      leaveAt = now + random(LEAVE_MEAN_NANOS);
      leave(now);
    }
    away.entrySet()
        .removeIf(entry -> {
          boolean back = now >= entry.getValue();
          if (back) {
            entry.getKey().comeBack();
          }
          return back;
        });
  }

  /// Reconnects all devices.
  void end() {
    away.clear();
    population.devices().forEach(TestDevice::comeBack);
  }

  private void read() {
    TestDevice device = pick(population.devices());
    // Conversations without the user are read too: the checker judges what a non-member gets.
    Conversation conversation = pick(population.knownTo(device.device().user()));
    long newest = device.readSeq(conversation.id());
    long after = Math.max(0, newest - random.nextInt(HistoryRange.MAX_LIMIT));
    device.read(conversation, after, 1 + random.nextInt(HistoryRange.MAX_LIMIT), false);
  }

  private void leave(long now) {
    TestDevice device = pick(population.devices());
    if (away.putIfAbsent(device, now + random(AWAY_MEAN_NANOS)) == null) {
      device.goAway();
    }
  }

  private long random(long mean) {
    return (long) (-Math.log(1 - random.nextDouble()) * mean);
  }

  private <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
