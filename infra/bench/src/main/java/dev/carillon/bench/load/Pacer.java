package dev.carillon.bench.load;

import dev.carillon.local.supervisor.Wait;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Does things when they are due, on the calling thread, and records how late it was itself.
///
/// What is overdue is done at once, one after the other: nothing is left out.
public final class Pacer {
  private final LongSupplier clock;
  private final LongConsumer wait;
  private final Latencies lateness = new Latencies();

  /// What is done when a message is due; must not block.
  @FunctionalInterface
  public interface Action {
    /// Sends one message.
    void send(int message);
  }

  /// A pacer of real time.
  public Pacer() {
    this(System::nanoTime, Wait::nanos);
  }

  Pacer(LongSupplier clock, LongConsumer wait) {
    this.clock = clock;
    this.wait = wait;
  }

  /// Goes through a schedule; returns after its last message.
  ///
  /// @param start when it begins, of the same clock
  /// @param recordFrom the first message whose lateness counts
  public void run(Schedule schedule, long start, int recordFrom, Action action) {
    for (int message = 0; message < schedule.size(); message++) {
      long due = start + schedule.offset(message);
      long now = clock.getAsLong();
      while (now < due) {
        wait.accept(due - now);
        now = clock.getAsLong();
      }
      if (message >= recordFrom) {
        lateness.record(now - due);
      }
      action.send(message);
    }
  }

  /// How late messages were sent, the server's part not included.
  public Latencies lateness() {
    return lateness;
  }
}
