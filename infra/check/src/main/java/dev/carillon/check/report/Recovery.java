package dev.carillon.check.report;

import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.History;
import dev.carillon.check.report.Timeline.Latencies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// A fault and how the installation came back from it.
///
/// @param fault what was done
/// @param beganAt when, as events are stamped
/// @param endedAt when it was healed
/// @param silence the longest time without any acknowledgement that touched the fault, in seconds
/// @param back from the healing to the first second in which latencies were as usual again, in
///   seconds; empty: they were not before the load ended, or no second was without a fault
public record Recovery(
    FaultEvent fault, long beganAt, long endedAt, double silence, OptionalDouble back) {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double SLACK_MILLIS = 50;

  /// The recoveries from faults, in the order in which they began.
  ///
  /// @param began the reading of [System#nanoTime] at which stamps are 0
  public static List<Recovery> of(
      List<FaultEvent> faults, long began, History history, Timeline timeline) {
    long[] acknowledged = history.events(Stored.class).mapToLong(Stored::at).sorted().toArray();
    double usual = usualP99(faults, began, timeline);
    List<Recovery> recoveries = new ArrayList<>();
    for (FaultEvent fault : faults) {
      long from = fault.startNanos() - began;
      long to = fault.endNanos() - began;
      recoveries.add(
          new Recovery(
              fault, from, to, silence(acknowledged, from, to), back(timeline, to, usual)));
    }
    recoveries.sort(Comparator.comparingLong(Recovery::beganAt));
    return recoveries;
  }

  /// The median of the p99 of the seconds in which nothing was broken; NaN: there was none.
  private static double usualP99(List<FaultEvent> faults, long began, Timeline timeline) {
    double[] quiet =
        IntStream.range(0, timeline.seconds().size())
            .filter(second -> timeline.seconds().get(second).latencies().count() > 0)
            .filter(second -> faults.stream().noneMatch(fault -> touches(fault, began, second)))
            .mapToDouble(second -> timeline.seconds().get(second).latencies().p99())
            .sorted()
            .toArray();
    return quiet.length == 0 ? Double.NaN : quiet[quiet.length / 2];
  }

  private static boolean touches(FaultEvent fault, long began, int second) {
    return (fault.startNanos() - began) / NANOS < second + 1
        && (fault.endNanos() - began) / NANOS > second;
  }

  private static double silence(long[] acknowledged, long from, long to) {
    int first = Arrays.binarySearch(acknowledged, from);
    int at = Math.max(0, first < 0 ? -first - 2 : first);
    long longest = 0;
    while (at + 1 < acknowledged.length && acknowledged[at] <= to) {
      longest = Math.max(longest, acknowledged[at + 1] - Math.max(acknowledged[at], from));
      at++;
    }
    return longest / NANOS;
  }

  private static OptionalDouble back(Timeline timeline, long to, double usual) {
    for (int second = (int) Math.ceil(to / NANOS); second < timeline.seconds().size(); second++) {
      Latencies latencies = timeline.seconds().get(second).latencies();
      if (latencies.count() > 0 && latencies.p99() <= 2 * usual + SLACK_MILLIS) {
        return OptionalDouble.of(Math.max(0, second - to / NANOS));
      }
    }
    return OptionalDouble.empty();
  }
}
