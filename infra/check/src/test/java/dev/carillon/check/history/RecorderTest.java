package dev.carillon.check.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.wire.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
  private static final Device ANN = new Device("ann", "phone");
  private static final Fact FACT = new Fact("c0", 1, 0, "ann", "m1", -5, null);
  private static final Fact NOTICE =
      new Fact("c0", 2, 1, "ann", "", 0, new Fact.Notice(List.of("bob"), List.of()));
  private static final List<Event> EVERY_KIND =
      List.of(
          new Event.Invoked(1, ANN, 1, "c0", "m1", -5, 1, 0),
          new Event.Stored(2, ANN, 1, 1, 0, true),
          new Event.ChangeInvoked(2, ANN, 2, "c0", List.of("bob"), List.of()),
          new Event.Changed(3, ANN, 2, 2, List.of("bob")),
          new Event.Refused(3, ANN, 2, "NOT_A_MEMBER"),
          new Event.Unknown(4, ANN, 3, "TIMEOUT"),
          new Event.Handed(5, ANN, FACT),
          new Event.Handed(5, ANN, NOTICE),
          new Event.Delivered(6, ANN, 1, 2, FACT),
          new Event.Connected(7, ANN, 1, Transport.GRPC, "127.0.0.1:1"),
          new Event.Disconnected(8, ANN),
          new Event.VersionRead(9, 10, ANN, 3),
          new Event.Synced(11, 12, ANN, 0, 3, List.of(new Event.ThreadState("c0", 3, 1))),
          new Event.Complete(13, ANN, 3),
          new Event.HistoryRead(14, 15, ANN, "c0", 0, Long.MAX_VALUE, List.of(FACT), false, true));

  private static final Gson JSON =
      new GsonBuilder()
          .registerTypeAdapter(
              Device.class,
              (JsonDeserializer<Device>) (text, type, json) -> device(text.getAsString()))
          .create();

  @TempDir Path folder;

  @Test
  void writesWhatCanBeReadBack() throws IOException {
    Path path = folder.resolve("history.jsonl");
    try (Recorder recorder = new Recorder(path)) {
      EVERY_KIND.forEach(recorder::record);
    }

    assertThat(Files.readAllLines(path).stream().map(RecorderTest::parse))
        .containsExactlyElementsOf(EVERY_KIND);
  }

  private static Device device(String text) {
    String[] parts = text.split("/", 2);
    return new Device(parts[0], parts[1]);
  }

  private static Event parse(String line) {
    JsonObject object = JsonParser.parseString(line).getAsJsonObject();
    String kind = object.remove("event").getAsString();
    Class<? extends Event> type =
        EVERY_KIND.stream()
            .<Class<? extends Event>>map(Event::getClass)
            .filter(one -> one.getSimpleName().equals(kind))
            .findFirst()
            .orElseThrow();
    return JSON.fromJson(object, type);
  }

  @Test
  void knowsEveryKindOfEvent() {
    assertThat(EVERY_KIND.stream().<Class<?>>map(Event::getClass))
        .containsAll(kinds(Event.class).toList());
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(RecorderTest::kinds)
        : Stream.of(type);
  }

  @Test
  void writesOneEventALine() {
    assertThat(Recorder.line(EVERY_KIND.getFirst()))
        .startsWith("{\"event\":\"Invoked\",\"at\":1,\"device\":\"ann/phone\"")
        .doesNotContain("\n");
  }
}
