package dev.carillon.bench.load;

import java.util.Random;

/// Who sends which message of a run.
@FunctionalInterface
public interface Senders {
  /// The device that sends a message.
  int of(int message);

  /// All devices in turn, in an order shuffled once.
  static Senders inTurn(int devices, long seed) {
    int[] order = new int[devices];
    for (int i = 0; i < devices; i++) {
      order[i] = i;
    }
    Random random = new Random(seed);
    for (int i = devices - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return message -> order[message % order.length];
  }
}
