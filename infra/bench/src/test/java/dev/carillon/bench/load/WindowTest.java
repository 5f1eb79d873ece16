package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.ClosedLoop.Window;
import org.junit.jupiter.api.Test;

/// How much a loop has out.
final class WindowTest {
  private final Window window = new Window(200, 2_000);

  @Test
  void growsByOneForEachWindowThatCameThrough() {
    taken(200);

    assertThat(window.size()).isEqualTo(200);
    taken(10);
    assertThat(window.size()).isEqualTo(201);
  }

  @Test
  void neverGrowsBeyondItsLimit() {
    taken(3_000_000);

    assertThat(window.size()).isEqualTo(2_000);
  }

  @Test
  void isHalvedOnceForAllThatWereInFlightTogether() {
    taken(3_000_000);

    for (int i = 0; i < 1_500; i++) {
      window.pushedBack();
    }
    assertThat(window.size()).isEqualTo(1_000);
    taken(600);
    window.pushedBack();
    assertThat(window.size()).isEqualTo(500);
  }

  @Test
  void neverFallsBelowWhereItBegan() {
    window.pushedBack();

    assertThat(window.size()).isEqualTo(200);
  }

  private void taken(int count) {
    for (int i = 0; i < count; i++) {
      window.taken();
    }
  }
}
