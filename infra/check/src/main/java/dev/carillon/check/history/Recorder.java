package dev.carillon.check.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Where a run's events are noted while it goes on: in memory for the checker, and in a file for
/// those who come later. For use by any thread; noting does not wait for the disk unless 65,536
/// lines wait already.
public final class Recorder implements AutoCloseable {
  private final long began = System.nanoTime();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Fact, Fact> facts = new ConcurrentHashMap<>();
  private final HistoryFile file;
  private final List<Event> events = new ArrayList<>();

  /// Begins to record.
  ///
  /// @param path the file to write, one event a line
  public Recorder(Path path) throws IOException {
    file = HistoryFile.write(path);
  }

  /// The time now, as events are stamped.
  public long now() {
    return at(System.nanoTime());
  }

  /// The stamp of a reading of [System#nanoTime].
  public long at(long nanoTime) {
    return nanoTime - began;
  }

  /// A number that this run has not used.
  public long number() {
    return numbers.incrementAndGet();
  }

  /// The one instance that stands for equal facts.
  public Fact shared(Fact fact) {
    Fact first = facts.putIfAbsent(fact, fact);
    return first == null ? fact : first;
  }

  /// Notes an event.
  public void record(Event event) {
    synchronized (events) {
      events.add(event);
    }
    file.add(event);
  }

  /// Everything noted so far.
  public History history(Map<String, GroupSettings> groupSettings, Collection<Device> devices) {
    synchronized (events) {
      return new History(groupSettings, devices, events);
    }
  }

  /// Writes out what waits and closes the file.
  @Override
  public void close() throws IOException {
    file.close();
  }
}
