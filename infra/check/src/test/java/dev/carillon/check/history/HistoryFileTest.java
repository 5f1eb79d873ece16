package dev.carillon.check.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
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
          new Event.Connected(7, ANN, 1, TransportKind.GRPC, "127.0.0.1:1"),
          new Event.Disconnected(8, ANN),
          new Event.VersionRead(9, 10, ANN, 3),
          new Event.Synced(11, 12, ANN, 0, 3, List.of(new ThreadState("c0", 3, 1))),
          new Event.Complete(13, ANN, 3),
          new Event.HistoryRead(14, 15, ANN, "c0", 0, Long.MAX_VALUE, List.of(FACT), false, true));

  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() throws IOException {
    Path path = folder.resolve("history.jsonl");
    try (HistoryFile file = HistoryFile.write(path)) {
      EVERY_KIND.forEach(file::add);
    }

    assertThat(HistoryFile.read(path)).isEqualTo(EVERY_KIND);
  }

  @Test
  void knowsEveryKindOfEvent() {
    assertThat(EVERY_KIND.stream().map(Event::getClass).distinct())
        .hasSize(
            Event.class.getPermittedSubclasses().length
                - 1
                + Event.Outcome.class.getPermittedSubclasses().length);
  }

  @Test
  void writesOneEventALine() {
    assertThat(HistoryFile.line(EVERY_KIND.getFirst()))
        .startsWith("{\"event\":\"Invoked\",\"at\":1,\"device\":\"ann/phone\"")
        .doesNotContain("\n");
  }

  @Test
  void refusesALineThatIsNoEvent() throws IOException {
    Path path = folder.resolve("history.jsonl");
    Files.writeString(path, "{\"event\":\"Nothing\"}\n");

    assertThatThrownBy(() -> HistoryFile.read(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Nothing");
  }
}
