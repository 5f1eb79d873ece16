package dev.carillon.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.MeasuredSystem.Shape;
import dev.carillon.bench.load.OpenLoop;
import dev.carillon.bench.load.OpenLoop.Run;
import dev.carillon.bench.load.Schedule;
import dev.carillon.wire.Loop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every peer that is installed here hands every message to every client; one that is not says what
/// is missing.
@Tag("all")
final class PeersIT {
  private static final List<Peer> KNOWN = Peers.all(System.getenv());
  private static final int USERS = 4;
  private static final int TEXT_BYTES = 100;

  @TempDir private Path folder;

  static List<String> names() {
    return KNOWN.stream().map(Peer::name).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void handsOnEveryMessageOrSaysWhatIsMissing(String name) throws Exception {
    Peer peer = KNOWN.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    try (Loop loop = Loop.start()) {
      Peer.Start start = new Peer.Start(folder, USERS, loop, TEXT_BYTES, System.out::println);
      Optional<String> absent = peer.absent();
      if (absent.isPresent()) {
        System.out.println(absent.get());
        assertThatThrownBy(() -> peer.start(start)).hasMessage(absent.get());
        return;
      }
      try (MeasuredSystem system = peer.start(start)) {
        for (Shape shape : Shape.values()) {
          handsOnEveryMessage(system, shape);
        }
      }
    }
  }

  private static void handsOnEveryMessage(MeasuredSystem system, Shape shape)
      throws InterruptedException {
    Schedule schedule = Schedule.fixed(40, Duration.ofSeconds(1));
    try (MeasuredSystem.SendingDevices devices = system.gather(USERS, shape)) {
      for (int i = 0; i < 2; i++) {
        Run run =
            OpenLoop.run(system, devices, schedule, Duration.ZERO, message -> message % USERS);

        assertThat(run.outcome().settled()).as("settled: %s, %s", shape, run).isTrue();
        assertThat(run.outcome().refusals()).as("refused: %s, %s", shape, run).isEmpty();
        assertThat(run.outcome().violations()).as("broken: %s, %s", shape, run).isEmpty();
        int receivers = devices.terms().receivers();
        assertThat(run.outcome().deliveries()).isEqualTo((long) receivers * schedule.size());
      }
    }
  }
}
