package dev.carillon.check.report;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Connected;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.Disconnected;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// A run second by second. Latencies count from the moment a message was due, and belong to the
/// second of that moment: a stall shows with all requests that waited for its end.
///
/// @param seconds one for each second of the run
/// @param acknowledged from the moment due to the acknowledgement, of the whole run
/// @param delivered from the moment due to the first delivery to each device on the wire
public record Timeline(List<Second> seconds, Latencies acknowledged, Latencies delivered) {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

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
    long end = history.events().isEmpty() ? 0 : history.events().getLast().at();
    Marks marks = new Marks(second(end) + 1);
    history.sends().forEach(marks::add);
    history.events(Connected.class).forEach(event -> marks.connects[second(event.at())]++);
    history.events(Disconnected.class).forEach(event -> marks.disconnects[second(event.at())]++);
    return new Timeline(
        marks.seconds(), Latencies.of(marks.whole), Latencies.of(delivered(history)));
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
    Histogram nanos = histogram();
    Set<Got> got = new HashSet<>();
    history
        .events(Delivered.class)
        .forEach(delivered -> {
          Send send = history.send(delivered.fact());
          if (send != null && got.add(new Got(delivered.device(), delivered.fact()))) {
            record(nanos, delivered.at() - send.first().intendedAt());
          }
        });
    return nanos;
  }

  private static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, 3);
  }

  private static void record(Histogram nanos, long value) {
    nanos.recordValue(Math.clamp(value, 0, LONGEST_NANOS));
  }

  private static int second(long at) {
    return (int) TimeUnit.NANOSECONDS.toSeconds(Math.max(0, at));
  }

  /// What is counted on the way.
  private static final class Marks {
    final Histogram whole = histogram();
    final long[] acknowledged;
    final long[] began;
    final long[] ended;
    final long[] connects;
    final long[] disconnects;
    final List<Histogram> due = new ArrayList<>();

    Marks(int count) {
      acknowledged = new long[count];
      began = new long[count];
      ended = new long[count];
      connects = new long[count];
      disconnects = new long[count];
      for (int i = 0; i < count; i++) {
        due.add(new Histogram(LONGEST_NANOS, 2));
      }
    }

    void add(Send send) {
      long intended = send.first().intendedAt();
      began[second(intended)]++;
      send.stored()
          .ifPresent(stored -> {
            acknowledged[second(stored.at())]++;
            record(whole, stored.at() - intended);
            record(due.get(second(intended)), stored.at() - intended);
          });
      send.events().stream()
          .filter(event -> event instanceof Event.Outcome)
          .mapToLong(Event::at)
          .filter(at -> send.stored().map(Stored::at).orElse(at) == at)
          .max()
          .ifPresent(at -> ended[second(at)]++);
    }

    List<Second> seconds() {
      List<Second> seconds = new ArrayList<>();
      long waiting = 0;
      for (int i = 0; i < due.size(); i++) {
        waiting += began[i] - ended[i];
        seconds.add(
            new Second(
                began[i],
                acknowledged[i],
                Latencies.of(due.get(i)),
                waiting,
                disconnects[i],
                connects[i]));
      }
      return seconds;
    }
  }
}
