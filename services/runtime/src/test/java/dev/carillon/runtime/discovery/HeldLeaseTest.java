package dev.carillon.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HeldLeaseTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  // Close to overflow, for the origin of a monotonic clock is arbitrary.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND);
  private final ScriptedLeases calls = new ScriptedLeases();

  @Test
  void isValidForItsTimeToLiveLessATenthFromTheMomentOfSending() {
    long sentAt = nanos.get();
    nanos.addAndGet(2 * SECOND);
    HeldLease lease = lease(sentAt, Duration.ofSeconds(10));
    nanos.addAndGet(7 * SECOND - 1);
    assertThat(lease.isValid()).isTrue();
    assertThat(lease.remainingNanos()).isEqualTo(1);
    nanos.addAndGet(1);
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void isProlongedFromTheMomentOfSending() {
    HeldLease lease = lease(nanos.get(), Duration.ofSeconds(10));
    nanos.addAndGet(5 * SECOND);
    long sentAt = nanos.get();
    nanos.addAndGet(3 * SECOND);
    lease.prolong(sentAt, Duration.ofSeconds(10));
    nanos.addAndGet(6 * SECOND - 1);
    assertThat(lease.isValid()).isTrue();
    nanos.addAndGet(1);
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void staysInvalidOnceItEnded() {
    HeldLease lease = lease(nanos.get(), Duration.ofSeconds(10));
    lease.end();
    lease.prolong(nanos.get(), Duration.ofSeconds(10));
    assertThat(lease.isValid()).isFalse();
  }

  private HeldLease lease(long sentAt, Duration timeToLive) {
    return new HeldLease(new LeaseCalls.Grant(1, timeToLive), sentAt, calls, nanos::get);
  }
}
