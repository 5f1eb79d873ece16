package dev.carillon.failpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.failpoints.SwitchedFailPoints.Standing;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.mysql.MySqlException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SwitchedFailPointsTest {
  private final List<FailPoint> crashes = new ArrayList<>();
  private final SwitchedFailPoints points =
      new SwitchedFailPoints(List.of(TestStep.values()), crashes::add);

  @ParameterizedTest
  @EnumSource
  void crashesWhereItWasToldToAndNowhereElse(TestStep point) {
    points.arm(List.of(point.title() + "=crash"));

    for (TestStep each : TestStep.values()) {
      points.at(each);
    }

    assertThat(crashes).containsExactly(point);
    assertThat(point.title()).startsWith(point.service() + ".");
  }

  @Test
  void crashesAtTheNthTimeFromNow() {
    points.at(TestStep.APPEND_BEFORE_COMMIT);
    points.arm(List.of("message.append.before-commit=crash@3"));

    for (int i = 0; i < 2; i++) {
      points.at(TestStep.APPEND_BEFORE_COMMIT);
    }
    assertThat(crashes).isEmpty();
    for (int i = 0; i < 5; i++) {
      points.at(TestStep.APPEND_BEFORE_COMMIT);
    }

    assertThat(crashes).hasSize(1);
    assertThat(standing(TestStep.APPEND_BEFORE_COMMIT))
        .isEqualTo(
            new Standing(TestStep.APPEND_BEFORE_COMMIT, "message.append.before-commit=crash@3", 8));
  }

  @Test
  void crashesByChanceAboutAsOftenAsItWasToldTo() {
    points.arm(List.of("sequence.block.after-commit=crash@1/10"));

    for (int i = 0; i < 10_000; i++) {
      points.at(TestStep.BLOCK_AFTER_COMMIT);
    }

    assertThat(crashes).hasSizeBetween(700, 1_300);
  }

  @Test
  void failsAsADatabaseThatIsLostDoes() {
    points.arm(List.of("message.mailbox.before-commit=fail"));

    assertThatThrownBy(() -> points.at(TestStep.MAILBOX_BEFORE_COMMIT))
        .isInstanceOfSatisfying(
            MySqlException.class,
            lost -> assertThat(lost.fault()).isEqualTo(MySqlException.Fault.UNAVAILABLE));
  }

  @Test
  void failsAsAPeerThatIsLostDoes() {
    points.arm(List.of("connection.append.before-forward=fail"));

    assertThatThrownBy(() -> points.at(TestStep.APPEND_BEFORE_FORWARD))
        .isInstanceOfSatisfying(
            Refusal.class,
            lost -> assertThat(lost.reason()).isEqualTo(RuntimeReason.PEER_UNAVAILABLE));
  }

  @Test
  void pausesTheThread() {
    points.arm(List.of("message.fanout.before-deliver=pause:20ms"));
    long begin = System.nanoTime();

    points.at(TestStep.FANOUT_BEFORE_DELIVER);

    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
  }

  @Test
  void isQuietOnceSwitchedOff() {
    points.arm(List.of("message.append.after-commit=crash", "message.append.before-commit=fail"));
    assertThat(points.armed()).isEqualTo(2);

    points.disarm();

    assertThat(points.armed()).isZero();
    assertThatCode(() -> points.at(TestStep.APPEND_BEFORE_COMMIT)).doesNotThrowAnyException();
    points.at(TestStep.APPEND_AFTER_COMMIT);
    assertThat(crashes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "message.append.after-commit",
        "message.append.after-commit=explode",
        "message.append.after-comit=crash",
        "message.append.after-commit=crash@0",
        "message.append.after-commit=crash@2/1",
        "message.append.after-commit=crash@1/0",
        "message.append.after-commit=pause",
        "message.append.after-commit=pause:6000s",
        "message.append.after-answer=fail",
      })
  void refusesWhatItCannotDoAndSwitchesNothingOn(String text) {
    assertThatThrownBy(() -> points.arm(List.of("message.append.before-commit=crash", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
    assertThat(points.armed()).isZero();
  }

  private Standing standing(FailPoint point) {
    return points.standings().stream()
        .filter(standing -> standing.point().equals(point))
        .findFirst()
        .orElseThrow();
  }
}
