package dev.carillon.runtime.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/// The queue of a [BatchLoop]: many threads add, and one takes.
///
/// An item is counted before anything is asked about it. So when the queue is closed and nothing is
/// counted, nothing comes any more.
final class BatchQueue<T> {
  private final ToLongFunction<? super T> weightOf;
  private final long limit;
  private final Queue<T> items = new ConcurrentLinkedQueue<>();
  private final AtomicLong weight = new AtomicLong();
  private final ReentrantLock roomLock = new ReentrantLock();
  private final Condition room = roomLock.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;
  // Confined to the thread that takes.
  private boolean leftSome;

  /// @param weightOf what an item counts, at least 1
  /// @param limit items are accepted while less than this is counted
  BatchQueue(ToLongFunction<? super T> weightOf, long limit) {
    this.weightOf = weightOf;
    this.limit = limit;
  }

  /// Adds an item; never blocks.
  ///
  /// @return false when it is full or closed
  boolean offer(T item) {
    long size = sizeOf(item);
    if (!count(size)) {
      return false;
    }
    if (closed) {
      weight.addAndGet(-size);
      return false;
    }
    items.add(item);
    return true;
  }

  /// Adds an item; waits while it is full.
  ///
  /// @return false when it is closed
  boolean put(T item) throws InterruptedException {
    roomLock.lockInterruptibly();
    try {
      waiting.incrementAndGet();
      while (!offer(item)) {
        if (closed) {
          return false;
        }
        room.await();
      }
      return true;
    } finally {
      waiting.decrementAndGet();
      roomLock.unlock();
    }
  }

  /// Takes items in order, up to this weight, and one at least if there is one.
  List<T> take(long most) {
    List<T> batch = new ArrayList<>();
    long size = 0;
    leftSome = false;
    for (T item = items.peek(); item != null; item = items.peek()) {
      long more = sizeOf(item);
      if (size > 0 && size + more > most) {
        leftSome = true;
        break;
      }
      batch.add(items.remove());
      size += more;
    }
    release(size);
    return batch;
  }

  /// Whether the last [#take] left items for which there was no room.
  boolean leftSome() {
    return leftSome;
  }

  /// Takes everything; after [#close] also what is on its way.
  List<T> drain() {
    List<T> all = new ArrayList<>();
    while (true) {
      T item = items.poll();
      if (item != null) {
        all.add(item);
        release(sizeOf(item));
      } else if (closed && weight.get() > 0) {
        // Somebody is about to add an item, or to find out that it is too late for that.
        Thread.onSpinWait();
      } else {
        return all;
      }
    }
  }

  /// Nothing is accepted any more.
  void close() {
    closed = true;
    signalRoom();
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /// What is counted.
  long weight() {
    return weight.get();
  }

  private long sizeOf(T item) {
    return Math.max(1, weightOf.applyAsLong(item));
  }

  private boolean count(long size) {
    long before = weight.get();
    while (before < limit) {
      long found = weight.compareAndExchange(before, before + size);
      if (found == before) {
        return true;
      }
      before = found;
    }
    return false;
  }

  private void release(long size) {
    weight.addAndGet(-size);
    if (waiting.get() > 0) {
      signalRoom();
    }
  }

  private void signalRoom() {
    roomLock.lock();
    try {
      room.signalAll();
    } finally {
      roomLock.unlock();
    }
  }
}
