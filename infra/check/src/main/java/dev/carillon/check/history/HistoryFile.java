package dev.carillon.check.history;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The file of a history: one JSON object a line, its kind under `event`. Lines are written by one
/// thread, behind a queue.
final class HistoryFile implements AutoCloseable {
  private static final int WAITING = 65_536;
  private static final Gson JSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .registerTypeAdapter(
              Device.class,
              (JsonSerializer<Device>) (device, type, json) -> new JsonPrimitive(device.toString()))
          .registerTypeAdapter(
              Device.class,
              (JsonDeserializer<Device>) (text, type, json) -> Device.parse(text.getAsString()))
          .create();
  private static final Map<String, Class<? extends Event>> KINDS =
      kinds(Event.class)
          .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

  private final BufferedWriter out;
  private final BlockingQueue<Line> waiting = new LinkedBlockingQueue<>(WAITING);
  private final Thread writer;
  private volatile @Nullable IOException failure;

  /// What the writer is to write; null is the end.
  private record Line(@Nullable Event event) {}

  private HistoryFile(BufferedWriter out) {
    this.out = out;
    writer = Thread.ofPlatform().daemon().name("carillon-check-history").start(this::writeAll);
  }

  static HistoryFile write(Path path) throws IOException {
    return new HistoryFile(Files.newBufferedWriter(path));
  }

  /// The events of a file, in the order of the lines.
  ///
  /// @throws IllegalArgumentException when a line is no event
  static List<Event> read(Path path) throws IOException {
    Map<Fact, Fact> facts = new HashMap<>();
    try (Stream<String> lines = Files.lines(path)) {
      return lines.map(HistoryFile::parse).map(event -> shared(event, facts)).toList();
    }
  }

  /// Queues an event to be written.
  void add(Event event) {
    put(new Line(event));
  }

  @Override
  public void close() throws IOException {
    put(new Line(null));
    try {
      writer.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    out.close();
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  private void put(Line line) {
    try {
      waiting.put(line);
    } catch (InterruptedException stop) {
      // The event is in memory all the same.
      Thread.currentThread().interrupt();
    }
  }

  private void writeAll() {
    try {
      for (Event event = waiting.take().event(); event != null; event = waiting.take().event()) {
        if (failure == null) {
          write(event);
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
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

  private static Event parse(String line) {
    JsonObject object = JsonParser.parseString(line).getAsJsonObject();
    JsonElement kind = object.remove("event");
    Class<? extends Event> type = kind == null ? null : KINDS.get(kind.getAsString());
    if (type == null) {
      throw new IllegalArgumentException("event: " + kind + " (expected: one of " + KINDS + ")");
    }
    return JSON.fromJson(object, type);
  }

  /// The same event with facts that it shares with others.
  private static Event shared(Event event, Map<Fact, Fact> facts) {
    Function<Fact, Fact> one = fact -> facts.computeIfAbsent(fact, same -> same);
    return switch (event) {
      case Event.Handed handed ->
          new Event.Handed(handed.at(), handed.device(), one.apply(handed.fact()));
      case Event.Delivered delivered ->
          new Event.Delivered(
              delivered.at(),
              delivered.device(),
              delivered.connection(),
              delivered.number(),
              one.apply(delivered.fact()));
      case Event.HistoryRead read ->
          new Event.HistoryRead(
              read.askedAt(),
              read.at(),
              read.device(),
              read.conversation(),
              read.afterSeq(),
              read.beforeSeq(),
              read.facts().stream().map(one).toList(),
              read.cut(),
              read.last());
      default -> event;
    };
  }

  @SuppressWarnings("unchecked")
  private static Stream<Class<? extends Event>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(HistoryFile::kinds)
        : Stream.of((Class<? extends Event>) type);
  }
}
