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
    List<Tally> tallies = Stream.generate(Tally::new).limit(second(end) + 1L).toList();
    Histogram whole = new Histogram(LONGEST_NANOS, 3);
    history.sends().forEach(send -> add(send, tallies, whole));
    history.events(Connected.class).forEach(event -> tallies.get(second(event.at())).connects++);
    history
        .events(Disconnected.class)
        .forEach(event -> tallies.get(second(event.at())).disconnects++);
    return new Timeline(seconds(tallies), Latencies.of(whole), Latencies.of(delivered(history)));
  }

  /// The second from which on nothing was due any more.
  int loadEnd() {
    int end = seconds.size();
    while (end > 0 && seconds.get(end - 1).due() == 0) {
      end--;
    }
    return end;
  }

  private static void add(Send send, List<Tally> tallies, Histogram whole) {
    long intended = send.first().intendedAt();
    Tally begun = tallies.get(second(intended));
    begun.due++;
    send.stored()
        .ifPresent(stored -> {
          tallies.get(second(stored.at())).acknowledged++;
          record(whole, stored.at() - intended);
          record(begun.latencies, stored.at() - intended);
        });
    send.events().stream()
        .filter(event -> event instanceof Event.Outcome)
        .mapToLong(Event::at)
        .filter(at -> send.stored().map(Stored::at).orElse(at) == at)
        .max()
        .ifPresent(at -> tallies.get(second(at)).settled++);
  }

  private static List<Second> seconds(List<Tally> tallies) {
    List<Second> seconds = new ArrayList<>();
    long waiting = 0;
    for (Tally tally : tallies) {
      waiting += tally.due - tally.settled;
      seconds.add(
          new Second(
              tally.due,
              tally.acknowledged,
              Latencies.of(tally.latencies),
              waiting,
              tally.disconnects,
              tally.connects));
    }
    return seconds;
  }

  private static Histogram delivered(History history) {
    record Got(Device device, Fact fact) {}
    Histogram nanos = new Histogram(LONGEST_NANOS, 3);
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

  private static void record(Histogram nanos, long value) {
    nanos.recordValue(Math.clamp(value, 0, LONGEST_NANOS));
  }

  private static int second(long at) {
    return (int) TimeUnit.NANOSECONDS.toSeconds(Math.max(0, at));
  }

  /// What is counted of one second on the way.
  private static final class Tally {
    final Histogram latencies = new Histogram(LONGEST_NANOS, 2);
    long due;
    long acknowledged;
    long settled;
    long connects;
    long disconnects;
  }
}
