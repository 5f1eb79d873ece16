package dev.carillon.check.report;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// A run second by second. Latencies count from the moment a message was due, and belong to the
/// second of that moment: a stall shows with all requests that waited for its end.
///
/// @param seconds one for each second of the run
/// @param acknowledged from the moment due to the acknowledgement, of the whole run
/// @param delivered from the moment due to the first delivery to each device on the wire
public record Timeline(List<Second> seconds, Latencies acknowledged, Latencies delivered) {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

  /// How long something took, as percentiles in milliseconds.
  ///
  /// @param count how often it was measured
  public record Latencies(long count, double p50, double p99, double p999, double max) {
    private static final double NANOS_PER_MILLI = 1e6;

    private static Latencies of(Histogram nanos) {
      return new Latencies(
          nanos.getTotalCount(),
          nanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
          nanos.getValueAtPercentile(99) / NANOS_PER_MILLI,
          nanos.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
          nanos.getMaxValue() / NANOS_PER_MILLI);
    }
  }

  /// One second.
  ///
  /// @param due messages due in it, of those that were sent
  /// @param acknowledged messages acknowledged in it
  /// @param latencies of the messages due in it
  /// @param waiting messages that were due and not settled at its end
  /// @param disconnects connections lost in it
  /// @param connects devices that signed in
  public record Second(
      long due,
      long acknowledged,
      Latencies latencies,
      long waiting,
      long disconnects,
      long connects) {}

  /// Copies the list.
  public Timeline {
    seconds = List.copyOf(seconds);
  }

  /// The timeline of a history.
  public static Timeline of(History history) {
    int length = history.events().isEmpty() ? 1 : second(history.events().getLast().at()) + 1;
    Histogram whole = new Histogram(LONGEST_NANOS, 3);
    List<Histogram> latencies =
        Stream.generate(() -> new Histogram(LONGEST_NANOS, 2)).limit(length).toList();
    history
        .sends()
        .forEach(send ->
            send.stored()
                .ifPresent(stored -> {
                  long due = send.first().intendedAt();
                  record(whole, stored.at() - due);
                  record(latencies.get(second(due)), stored.at() - due);
                }));
    return new Timeline(
        seconds(history, latencies), Latencies.of(whole), Latencies.of(delivered(history)));
  }

  private static List<Second> seconds(History history, List<Histogram> latencies) {
    int length = latencies.size();
    Collection<Send> sends = history.sends();
    long[] due = count(length, sends.stream().map(send -> send.first().intendedAt()));
    long[] acknowledged =
        count(length, sends.stream().flatMap(send -> send.stored().stream()).map(Event.Stored::at));
    long[] settled = count(length, sends.stream().flatMap(Timeline::settledAt));
    long[] connects = count(length, history.events(Event.Connected.class).map(Event::at));
    long[] disconnects = count(length, history.events(Event.Disconnected.class).map(Event::at));
    List<Second> seconds = new ArrayList<>();
    long waiting = 0;
    for (int i = 0; i < length; i++) {
      waiting += due[i] - settled[i];
      Latencies ofSecond = Latencies.of(latencies.get(i));
      seconds.add(
          new Second(due[i], acknowledged[i], ofSecond, waiting, disconnects[i], connects[i]));
    }
    return seconds;
  }

  private static long[] count(int seconds, Stream<Long> times) {
    long[] counts = new long[seconds];
    times.forEach(at -> counts[second(at)]++);
    return counts;
  }

  /// When the first acknowledgement came, or else the last attempt ended.
  private static Stream<Long> settledAt(Send send) {
    return send
        .stored()
        .map(Event.Stored::at)
        .or(() ->
            send.events().stream()
                .filter(Event.Outcome.class::isInstance)
                .map(Event::at)
                .max(Comparator.naturalOrder()))
        .stream();
  }

  /// The second from which on nothing was due any more.
  int loadEnd() {
    int end = seconds.size();
    while (end > 0 && seconds.get(end - 1).due() == 0) {
      end--;
    }
    return end;
  }

  private static Histogram delivered(History history) {
    record Got(Device device, Fact fact) {}
    Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    Set<Got> got = new HashSet<>();
    history
        .events(Event.Delivered.class)
        .forEach(delivered -> {
          Send send = history.send(delivered.fact());
          if (send != null && got.add(new Got(delivered.device(), delivered.fact()))) {
            record(nanos, delivered.at() - send.first().intendedAt());
          }
        });
    return nanos;
  }

  private static void record(Histogram nanos, long value) {
    nanos.recordValue(Math.clamp(value, 0, LONGEST_NANOS));
  }

  private static int second(long at) {
    return (int) TimeUnit.NANOSECONDS.toSeconds(Math.max(0, at));
  }
}
