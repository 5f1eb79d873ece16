package dev.carillon.check.history;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Where a run's events are noted while it goes on: in memory for the checker, and in a file for
/// those who come later, one JSON object a line with its kind under `event`. For use by any thread;
/// noting does not wait for the disk, for which a thread waits.
public final class Recorder implements AutoCloseable {
  private static final Gson JSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .registerTypeAdapter(
              Device.class,
              (JsonSerializer<Device>) (device, type, json) -> new JsonPrimitive(device.toString()))
          .create();

  private final long began = System.nanoTime();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Fact, Fact> facts = new ConcurrentHashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final BufferedWriter out;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("carillon-check-history").factory());
  private volatile @Nullable IOException failure;

  /// Begins to record.
  ///
  /// @param path the file to write
  public Recorder(Path path) throws IOException {
    out = Files.newBufferedWriter(path);
  }

  /// The time now, as events are stamped.
  public long now() {
    return System.nanoTime() - began;
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

  /// Notes an event, in the file too unless that is closed.
  public void record(Event event) {
    synchronized (events) {
      events.add(event);
      if (!writer.isShutdown()) {
        writer.execute(() -> write(event));
      }
    }
  }

  /// Whether the outcome of anything is unknown.
  public boolean hasUnknown() {
    synchronized (events) {
      return events.stream().anyMatch(Event.Unknown.class::isInstance);
    }
  }

  /// Everything noted so far.
  public History history(Collection<Conversation> conversations, Collection<Device> devices) {
    synchronized (events) {
      return History.of(conversations, devices, events);
    }
  }

  private void write(Event event) {
    try {
      out.write(line(event));
      out.newLine();
    } catch (IOException failed) {
      failure = failed;
    }
  }

  /// One event as a line.
  static String line(Event event) {
    JsonObject line = new JsonObject();
    line.addProperty("event", event.getClass().getSimpleName());
    JSON.toJsonTree(event).getAsJsonObject().asMap().forEach(line::add);
    return JSON.toJson(line);
  }

  /// Writes out what waits and closes the file.
  @Override
  public void close() throws IOException {
    synchronized (events) {
      writer.shutdown();
    }
    writer.close();
    out.close();
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }
}
