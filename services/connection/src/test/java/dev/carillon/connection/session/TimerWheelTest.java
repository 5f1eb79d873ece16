package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.testing.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimerWheelTest {
  private static final long TICK = Duration.ofMillis(100).toNanos();

  private final FakeClock clock = new FakeClock();
  private final TimerWheel wheel = new TimerWheel(clock.ticker(), TICK);
  private final List<String> fired = new ArrayList<>();

  @Test
  void firesOnceTheDeadlineHasPassedAndNotBefore() {
    wheel.schedule(new Once("a"), seconds(1));

    pass(Duration.ofMillis(900));
    assertThat(fired).isEmpty();
    pass(Duration.ofMillis(100));
    assertThat(fired).containsExactly("a");
    pass(Duration.ofHours(1));
    assertThat(fired).containsExactly("a");
  }

  @Test
  void firesAgainWhenToldWhen() {
    Repeating timer = new Repeating(seconds(2));
    wheel.schedule(timer, seconds(1));

    pass(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));
    assertThat(fired).hasSize(1);
    pass(Duration.ofSeconds(1));
    assertThat(fired).hasSize(2);
  }

  @Test
  void firesDeadlinesThatAreTurnsAway() {
    wheel.schedule(new Once("far"), seconds(500));

    for (int second = 1; second < 500; second++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(fired).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(fired).containsExactly("far");
  }

  @Test
  void firesEverythingThatWasDueDuringALongPause() {
    for (int i = 0; i < 1_000; i++) {
      wheel.schedule(new Once("t"), seconds(i));
    }

    pass(Duration.ofSeconds(2_000));

    assertThat(fired).hasSize(1_000);
  }

  @Test
  void hastensButNeverDelays() {
    Once timer = new Once("a");
    wheel.schedule(timer, seconds(10));
    wheel.hasten(timer, seconds(20));
    wheel.hasten(timer, seconds(5));

    pass(Duration.ofSeconds(5));

    assertThat(fired).containsExactly("a");
  }

  @Test
  void aTimerThatFailsStopsNoOther() {
    wheel.schedule(new Once("other"), seconds(1));
    wheel.schedule(
        new TimerWheel.Timer() {
          @Override
          protected long expired(long now) {
            throw new AssertionError("as told");
          }
        },
        seconds(1));
    wheel.schedule(new Once("later"), seconds(2));

    pass(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));

    assertThat(fired).containsExactly("other", "later");
  }

  @Test
  void leavesCancelledTimersAlone() {
    Once first = new Once("first");
    Once second = new Once("second");
    Once third = new Once("third");
    for (Once timer : List.of(first, second, third)) {
      wheel.schedule(timer, seconds(1));
    }

    wheel.cancel(second);
    wheel.cancel(second);
    pass(Duration.ofSeconds(1));

    assertThat(fired).containsExactlyInAnyOrder("first", "third");
  }

  @Test
  void letsATimerStopOthersOfItsMoment() {
    Once victim = new Once("victim");
    TimerWheel.Timer killer =
        new TimerWheel.Timer() {
          @Override
          protected long expired(long now) {
            wheel.cancel(victim);
            return TimerWheel.NEVER;
          }
        };
    wheel.schedule(victim, seconds(1));
    wheel.schedule(killer, seconds(1));

    pass(Duration.ofSeconds(1));

    assertThat(fired).isEmpty();
  }

  @Test
  void agreesWithASimpleModel() {
    Random random = new Random(42);
    List<Once> timers = new ArrayList<>();
    long[] deadlines = new long[200];
    for (int i = 0; i < deadlines.length; i++) {
      timers.add(new Once("" + i));
      deadlines[i] = TimerWheel.NEVER;
    }
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(deadlines.length);
      switch (random.nextInt(4)) {
        case 0 -> {
          deadlines[i] = wheel.now() + random.nextLong(seconds(120));
          wheel.schedule(timers.get(i), deadlines[i]);
        }
        case 1 -> {
          deadlines[i] = TimerWheel.NEVER;
          wheel.cancel(timers.get(i));
        }
        case 2 -> {
          long deadline = wheel.now() + random.nextLong(seconds(120));
          deadlines[i] = Math.min(deadlines[i], deadline);
          wheel.hasten(timers.get(i), deadline);
        }
        default -> {
          pass(Duration.ofNanos(random.nextLong(TICK * 3)));
          List<String> due = new ArrayList<>();
          for (int j = 0; j < deadlines.length; j++) {
            if (deadlines[j] <= wheel.now()) {
              due.add("" + j);
              deadlines[j] = TimerWheel.NEVER;
            }
          }
          assertThat(fired).containsExactlyInAnyOrderElementsOf(due);
          fired.clear();
        }
      }
    }
  }

  private void pass(Duration duration) {
    clock.advance(duration);
    wheel.advance();
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  /// Notes that it fired, and is done.
  private final class Once extends TimerWheel.Timer {
    private final String name;

    Once(String name) {
      this.name = name;
    }

    @Override
    protected long expired(long now) {
      fired.add(name);
      return TimerWheel.NEVER;
    }
  }

  /// Fires again and again.
  private final class Repeating extends TimerWheel.Timer {
    private final long interval;

    Repeating(long interval) {
      this.interval = interval;
    }

    @Override
    protected long expired(long now) {
      fired.add("again");
      return now + interval;
    }
  }
}
