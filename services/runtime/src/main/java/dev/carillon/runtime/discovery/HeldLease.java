package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// The lease of a [Membership], with the moment until which it certainly exists.
final class HeldLease implements Lease {
  /// The part of the time to live that is not relied on: clocks differ in speed, and the store
  /// measures with its own.
  private static final int MARGIN_DIVISOR = 10;

  private final long id;
  private final LeaseCalls calls;
  private final LongSupplier nanos;
  private volatile long validUntil;
  private volatile boolean ended;

  HeldLease(LeaseCalls.Grant grant, long sentAt, LeaseCalls calls, LongSupplier nanos) {
    this.id = grant.lease();
    this.calls = calls;
    this.nanos = nanos;
    prolong(sentAt, grant.timeToLive());
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public boolean isValid() {
    return nanos.getAsLong() - validUntil < 0 && !ended;
  }

  @Override
  public CompletableFuture<Map<String, Long>> createAll(Map<String, String> entries) {
    return calls.createAll(id, entries);
  }

  /// How long the lease certainly exists from now on; negative when it may have ended.
  long remainingNanos() {
    return validUntil - nanos.getAsLong();
  }

  /// Notes a keep-alive that was sent at `sentAt` and succeeded. Called by one thread only.
  void prolong(long sentAt, Duration timeToLive) {
    long nanosToLive = timeToLive.toNanos();
    validUntil = sentAt + nanosToLive - nanosToLive / MARGIN_DIVISOR;
  }

  /// Makes the lease invalid for ever.
  void end() {
    ended = true;
  }

  @Override
  public String toString() {
    return "lease " + Long.toHexString(id);
  }
}
