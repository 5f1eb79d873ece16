package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PacerTest {
  private static final long MILLI = 1_000_000;

  private long now = 50;
  private final Schedule everyMilli = Schedule.fixed(1_000, Duration.ofMillis(10));

  @Test
  void sendsEachMessageWhenItIsDue() {
    List<Long> sent = new ArrayList<>();

    Pacer pacer = pacer(100, 0);
    pacer.send(message -> sent.add(now));

    assertThat(sent).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(sent.get(i)).isEqualTo(100 + i * MILLI);
    }
    assertThat(pacer.lateness().max()).isLessThan(0.002);
  }

  @Test
  void sendsWhatIsOverdueAtOnceAndSaysHowLateItWas() {
    List<Long> sent = new ArrayList<>();

    Pacer pacer = pacer(0, 0);
    pacer.send(message -> {
      sent.add(now);
      now += message == 2 ? 5 * MILLI : 0;
    });

    // The third message took until 7 ms; four were due meanwhile and followed at once.
    assertThat(sent.subList(3, 8)).containsOnly(7 * MILLI);
    assertThat(sent.get(8)).isEqualTo(8 * MILLI);
    assertThat(pacer.lateness().max()).isCloseTo(4, within(0.01));
  }

  @Test
  void leavesTheLeadInOutOfItsLateness() {
    Pacer pacer = pacer(0, 9);
    pacer.send(message -> now += message < 3 ? 2 * MILLI : 0);

    assertThat(pacer.lateness().count()).isEqualTo(1);
    assertThat(pacer.lateness().max()).isLessThan(0.002);
  }

  private Pacer pacer(long start, int measuredFrom) {
    return new Pacer(everyMilli, start, measuredFrom, () -> now, nanos -> now += nanos);
  }
}
