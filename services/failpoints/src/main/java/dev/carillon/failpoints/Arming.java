package dev.carillon.failpoints;

import dev.carillon.runtime.failpoints.FailPoint;
import java.time.Duration;
import java.util.List;
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
/// @param trigger at which time
record Arming(FailPoint point, FailAction action, Trigger trigger) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<point>[a-z.-]+)=(?<action>crash|fail|pause:(?<amount>\\d{1,9})(?<unit>ms|s))"
              + "(@(?<times>\\d{1,9})(/(?<of>\\d{1,9}))?)?");
  private static final Duration LONGEST = Duration.ofMinutes(5);

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
    FailAction action = action(matcher);
    if (action instanceof FailAction.Fail && !point.canFail()) {
      throw new IllegalArgumentException(
          text + " (expected: crash or pause, nothing can be lost at " + title + ")");
    }
    return new Arming(point, action, trigger(matcher));
  }

  private static String titles(List<FailPoint> points) {
    return points.stream().map(FailPoint::title).collect(Collectors.joining(", "));
  }

  private static FailAction action(Matcher matcher) {
    return switch (matcher.group("action")) {
      case "crash" -> new FailAction.Crash();
      case "fail" -> new FailAction.Fail();
      default -> new FailAction.Pause(pause(matcher));
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

  private static Trigger trigger(Matcher matcher) {
    if (matcher.group("times") == null) {
      return new Trigger.Always();
    }
    long times = Long.parseLong(matcher.group("times"));
    long of = matcher.group("of") == null ? 0 : Long.parseLong(matcher.group("of"));
    if (times < 1 || (matcher.group("of") != null && of < times)) {
      throw new IllegalArgumentException(
          matcher.group() + " (expected: @n with n from 1, or @m/n with m from 1 to n)");
    }
    return of == 0 ? new Trigger.Nth(times) : new Trigger.Chance(times, of);
  }

  @Override
  public String toString() {
    return point.title() + "=" + action + trigger;
  }
}
