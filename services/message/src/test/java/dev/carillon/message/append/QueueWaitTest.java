package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.testing.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class QueueWaitTest {
  private final FakeClock clock = new FakeClock();
  private final QueueWait wait = new QueueWait(clock.ticker());

  /// Waited until the batch before it began, 20 ms ago.
  private void batchWhoseNewestWaited(long millis) {
    wait.taken(clock.nanos() - Duration.ofMillis(20 + millis).toNanos());
    clock.advance(Duration.ofMillis(20));
  }

  @Test
  void isZeroForABurstThatIsWorkedOff() {
    for (int i = 0; i < 20; i++) {
      batchWhoseNewestWaited(i % 4 == 0 ? 1 : 300);
    }

    assertThat(wait.standing()).isEqualTo(Duration.ofMillis(1).toNanos());
  }

  @Test
  void isTheShortestWaitOfAnInterval() {
    for (int i = 0; i < 20; i++) {
      batchWhoseNewestWaited(70 + i % 3);
    }

    assertThat(wait.standing()).isEqualTo(Duration.ofMillis(70).toNanos());
  }

  @Test
  void isZeroWhenOneCommitTookLong() {
    batchWhoseNewestWaited(0);
    clock.advance(Duration.ofSeconds(1));
    batchWhoseNewestWaited(900);
    batchWhoseNewestWaited(20);

    assertThat(wait.standing()).isZero();
  }

  @Test
  void isZeroWhileEveryBatchTakesAllThatCameDuringASlowOne() {
    for (int i = 0; i < 20; i++) {
      wait.taken(clock.nanos() - Duration.ofMillis(300).toNanos());
      clock.advance(Duration.ofMillis(300));
    }

    assertThat(wait.standing()).isZero();
  }

  @Test
  void isForgottenWhenTheQueueIsEmpty() {
    for (int i = 0; i < 20; i++) {
      batchWhoseNewestWaited(70);
    }
    wait.empty();
    batchWhoseNewestWaited(90);

    assertThat(wait.standing()).isZero();
  }
}
