package dev.carillon.failpoints;

import dev.carillon.runtime.failpoints.FailPoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One armed fail-point: its place, its action and its trigger.
///
/// Written as `name=action`, `name=action@n` (the n-th time) or `name=action@1/50` (one in fifty),
/// with the actions `crash`, `pause:DURATION` and `fail`.
///
/// @param point where
/// @param action what
/// @param trigger whether it acts when its place is passed for the n-th time, from 1
/// @param text as it was written
record Arming(FailPoint point, Action action, LongPredicate trigger, String text) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<point>[a-z.-]+)=(?<action>crash|fail|pause:(?<amount>\\d{1,9})(?<unit>ms|s))"
              + "(@(?<times>\\d{1,9})(/(?<of>\\d{1,9}))?)?");
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /// The fault at a fail-point.
  sealed interface Action {
    /// The process ends at once, as by `kill -9`.
    record Crash() implements Action {}

    /// The thread waits, with its locks and transactions.
    record Pause(Duration duration) implements Action {}

    /// The database, or the other side, seems to be lost.
    record Fail() implements Action {}
  }

  /// @param points all that exist
  /// @throws IllegalArgumentException when the text is no arming
  static Arming parse(String text, List<FailPoint> points) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          text
              + " (expected: point=crash, point=fail or point=pause:5s, with @n or @1/n if"
              + " wanted)");
    }
    String title = matcher.group("point");
    FailPoint point =
        points.stream()
            .filter(each -> each.title().equals(title))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    title + ": unknown (expected: one of " + titles(points) + ")"));
    Action action = action(matcher);
    if (action instanceof Action.Fail && !point.canFail()) {
      throw new IllegalArgumentException(
          text + " (expected: crash or pause, nothing can be lost at " + title + ")");
    }
    return new Arming(point, action, trigger(matcher), text);
  }

  private static String titles(List<FailPoint> points) {
    return points.stream().map(FailPoint::title).collect(Collectors.joining(", "));
  }

  private static Action action(Matcher matcher) {
    return switch (matcher.group("action")) {
      case "crash" -> new Action.Crash();
      case "fail" -> new Action.Fail();
      default -> new Action.Pause(pause(matcher));
    };
  }

  private static Duration pause(Matcher matcher) {
    long amount = Long.parseLong(matcher.group("amount"));
    Duration pause =
        matcher.group("unit").equals("s") ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
    if (pause.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          matcher.group("action") + " (expected: at most " + LONGEST.toSeconds() + "s)");
    }
    return pause;
  }

  private static LongPredicate trigger(Matcher matcher) {
    if (matcher.group("times") == null) {
      return passed -> true;
    }
    long times = Long.parseLong(matcher.group("times"));
    long of = matcher.group("of") == null ? 0 : Long.parseLong(matcher.group("of"));
    if (times < 1 || (matcher.group("of") != null && of < times)) {
      throw new IllegalArgumentException(
          matcher.group() + " (expected: @n with n from 1, or @m/n with m from 1 to n)");
    }
    return of == 0
        ? passed -> passed == times
        : passed -> ThreadLocalRandom.current().nextLong(of) < times;
  }

  @Override
  public String toString() {
    return text;
  }
}
