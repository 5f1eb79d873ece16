package dev.carillon.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RetryTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofMillis(400));

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger tries = new AtomicInteger();
  private final List<Duration> pauses = new ArrayList<>();
  private final Retry retry =
      new Retry(
          BACKOFF,
          now::get,
          delay -> {
            pauses.add(delay);
            now.addAndGet(delay.toNanos());
          });

  @Test
  void returnsTheFirstSuccess() throws Exception {
    String result = retry.within(Duration.ofMinutes(1), "it", this::worksTheThirdTime);

    assertThat(result).isEqualTo("done");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void tellsEveryFailureThatIsFollowedByAnotherTry() throws Exception {
    List<String> told = new ArrayList<>();

    retry
        .onFailure((failure, delay) -> told.add(String.valueOf(failure.getMessage())))
        .within(Duration.ofMinutes(1), "it", this::worksTheThirdTime);

    assertThat(told).containsExactly("try 1", "try 2");
  }

  @Test
  void givesUpBeforeATryThatWouldBeginTooLate() {
    assertThatThrownBy(() -> retry.within(Duration.ofSeconds(1), "the database", this::fails))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("the database: gave up after")
        .hasCauseInstanceOf(IOException.class);

    assertThat(now.get()).isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void givesUpAtOnceOnWhatAnotherTryCannotHelp() {
    assertThatThrownBy(() ->
            retry
                .onlyIf(failure -> !(failure instanceof IOException))
                .within(Duration.ofMinutes(1), "it", this::fails))
        .isInstanceOf(TimeoutException.class);

    assertThat(pauses).isEmpty();
  }

  @Test
  void isInterruptibleWhileItWaits() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Retry.pause(Duration.ofHours(1)))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void doublesDelaysUpToTheLongest() {
    for (int round = 0; round < 100; round++) {
      assertThat(BACKOFF.delay(1)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
      assertThat(BACKOFF.delay(2)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
      assertThat(BACKOFF.delay(3)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
      assertThat(BACKOFF.delay(1_000)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
    }
  }

  private String worksTheThirdTime() throws IOException {
    if (tries.incrementAndGet() < 3) {
      throw new IOException("try " + tries.get());
    }
    return "done";
  }

  private String fails() throws IOException {
    throw new IOException("away");
  }
}
