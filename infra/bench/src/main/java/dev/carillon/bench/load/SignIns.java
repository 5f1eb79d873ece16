package dev.carillon.bench.load;

import dev.carillon.bench.load.Latencies.Percentiles;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Counts and times devices that sign in, and lets only so many do so at a time.
///
/// [#begin] and [#await] are for the thread that signs in, the rest for the thread that receives.
public final class SignIns {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final int TRIES = 3;

  private final Semaphore gate;
  private final long[] begun;
  private final byte[] tries;
  private final CountDownLatch left;
  private final Latencies times = new Latencies();
  private long begin;
  private long end;
  private int failed;
  private int lost;
  private String loss = "";
  private String failure = "";

  /// @param atOnce how many may be signing in at a time
  public SignIns(int users, int atOnce) {
    this.gate = new Semaphore(atOnce);
    this.begun = new long[users];
    this.tries = new byte[users];
    this.left = new CountDownLatch(users);
  }

  /// Waits for a turn; the device's time begins now.
  public void begin(int device) throws InterruptedException {
    if (!gate.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody has been let in for " + LIMIT.toSeconds() + " s");
    }
    synchronized (this) {
      begun[device] = System.nanoTime();
      begin = begin == 0 ? begun[device] : begin;
    }
  }

  /// A device is in; later calls for it change nothing.
  public synchronized void done(int device, long now) {
    if (begun[device] != 0) {
      times.record(now - begun[device]);
      end(device);
    }
  }

  /// Whether a device that was turned away may try once more; its time goes on.
  public synchronized boolean tryAgain(int device) {
    if (begun[device] == 0 || tries[device] == TRIES) {
      return false;
    }
    tries[device]++;
    return true;
  }

  /// A device was not let in, or has been thrown out since.
  public synchronized void failed(int device, String why) {
    if (begun[device] == 0) {
      loss = lost++ == 0 ? why : loss;
    } else {
      failure = failed++ == 0 ? why : failure;
      end(device);
    }
  }

  private void end(int device) {
    begun[device] = 0;
    gate.release();
    left.countDown();
  }

  /// What became of connections after their device was in; empty: they are still there.
  public synchronized String losses() {
    return lost == 0 ? "" : lost + " connections ended: " + loss;
  }

  /// Waits until all are signed in; what came of it can be asked from then on.
  ///
  /// @throws IllegalStateException when one is not signed in
  public void await() throws InterruptedException {
    boolean all = left.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    synchronized (this) {
      end = System.nanoTime();
      if (failed > 0 || !all) {
        throw new IllegalStateException(
            "signing in: %d of %d were not let in, %d are still waiting; the first reason: %s"
                .formatted(failed, begun.length, left.getCount(), failure));
      }
    }
  }

  /// How long it took in all.
  public synchronized double seconds() {
    return (end - begin) / 1e9;
  }

  /// How many signed in per second.
  public double perSecond() {
    return begun.length / seconds();
  }

  /// When the last one was in, by `System.nanoTime`.
  public synchronized long end() {
    return end;
  }

  /// How long each one took, from its connection's being opened.
  public synchronized Percentiles times() {
    return times.percentiles();
  }
}
