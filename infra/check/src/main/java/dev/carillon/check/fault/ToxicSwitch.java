package dev.carillon.check.fault;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The toxic of one proxy as it is now, and for which part of its connections.
final class ToxicSwitch {
  private static final Toxic NONE = new Toxic.None();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Setting setting = new Setting(NONE, 1);

  private record Setting(Toxic toxic, double share) {
    Toxic of(double lot) {
      return lot < share ? toxic : NONE;
    }
  }

  void set(Toxic toxic, double share) {
    lock.lock();
    try {
      setting = new Setting(toxic, share);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// No toxic for anybody.
  void clear() {
    set(NONE, 1);
  }

  /// The toxic of the connection that drew `lot`.
  Toxic of(double lot) {
    return setting.of(lot);
  }

  /// Waits while nothing may pass in a direction.
  ///
  /// @return the toxic that lets something pass
  Toxic awaitOpen(double lot, Toxic.Direction direction) throws InterruptedException {
    Toxic now = of(lot);
    if (!now.holds(direction)) {
      return now;
    }
    lock.lock();
    try {
      while (of(lot).holds(direction)) {
        changed.await();
      }
      return of(lot);
    } finally {
      lock.unlock();
    }
  }

  /// Waits for some time, or until the toxic is switched if that comes first.
  void awaitDelay(Toxic seen, double lot, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (left > 0 && of(lot).equals(seen)) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
