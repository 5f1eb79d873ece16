package dev.carillon.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ConnectionNumbersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void growByTheClockAndWhenItIsSetBack() {
    AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    ConnectionNumbers numbers = new ConnectionNumbers(clock::get);
    long first = numbers.draw();

    assertThat(first).isEqualTo(NOW.getEpochSecond() * 1_000_000);
    assertThat(numbers.draw()).isEqualTo(first + 1);
    clock.set(NOW.minusSeconds(3_600));
    assertThat(numbers.draw()).isEqualTo(first + 2);
    clock.set(NOW.plusSeconds(1));
    assertThat(numbers.draw()).isEqualTo(first + 1_000_000);
  }
}
