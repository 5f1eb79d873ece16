package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every engine does, tried on the real one.
abstract class EngineContract<E extends Engine> {
  @TempDir Path folder;

  abstract E start(Path data);

  abstract void write(E engine, String value) throws Exception;

  /// Fails or is empty if the value is not there.
  abstract Optional<String> read(E engine) throws Exception;

  @Test
  void keepsDataAndPortOverARestart() throws Exception {
    try (E engine = start(folder.resolve("a"))) {
      int port = engine.port();
      long pid = engine.pid();
      write(engine, "one");

      engine.restart();

      assertThat(read(engine)).contains("one");
      assertThat(engine.port()).isEqualTo(port);
      assertThat(engine.pid()).isNotEqualTo(pid);
    }
  }

  @Test
  void keepsDataAndPortForTheNextObject() throws Exception {
    int port;
    try (E engine = start(folder.resolve("a"))) {
      port = engine.port();
      write(engine, "one");
    }
    try (E engine = start(folder.resolve("a"))) {
      assertThat(read(engine)).contains("one");
      assertThat(engine.port()).isEqualTo(port);
    }
  }

  @Test
  void recoversFromAKill() throws Exception {
    try (E engine = start(folder.resolve("a"))) {
      write(engine, "one");
      awaitDurable(engine);

      engine.kill();
      assertThat(engine.isAlive()).isFalse();
      engine.restart();

      assertThat(read(engine)).contains("one");
    }
  }

  @Test
  void answersNothingWhilePausedAndGoesOnAfter() throws Exception {
    try (E engine = start(folder.resolve("a"))) {
      write(engine, "one");
      Path status = Path.of("/proc", Long.toString(engine.pid()), "status");

      engine.pause();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Files.readString(status).contains("State:\tT"));
      engine.resume();

      assertThat(read(engine)).contains("one");
    }
  }

  @Test
  void stopsEvenWhilePaused() {
    E engine = start(folder.resolve("a"));
    engine.pause();
    engine.close();
    engine.close();
    assertThat(engine.isAlive()).isFalse();
  }

  @Test
  void livesBesideAnotherOfItsKind() throws Exception {
    try (E first = start(folder.resolve("a"));
        E second = start(folder.resolve("b"))) {
      write(first, "one");
      write(second, "two");

      assertThat(read(first)).contains("one");
      assertThat(read(second)).contains("two");
      assertThat(first.port()).isNotEqualTo(second.port());
    }
  }

  @Test
  void movesToAnotherPortWhenItsOwnIsTaken() throws Exception {
    InetSocketAddress address;
    try (E engine = start(folder.resolve("a"))) {
      address = engine.address();
    }
    try (ServerSocket stranger = new ServerSocket()) {
      stranger.bind(address);
      try (E engine = start(folder.resolve("a"))) {
        assertThat(engine.port()).isNotEqualTo(address.getPort());
        write(engine, "one");
        assertThat(read(engine)).contains("one");
      }
    }
  }

  @Test
  void doesNotRestartOnAPortThatIsTaken() throws Exception {
    try (E engine = start(folder.resolve("a"));
        ServerSocket stranger = new ServerSocket()) {
      engine.kill();
      stranger.bind(engine.address());

      assertThatThrownBy(engine::restart)
          .isInstanceOf(EngineException.class)
          .hasMessage(engine.name() + ": port " + engine.port() + ": taken by another process");
    }
  }

  @Test
  void startsOncePerFolder() {
    try (E _ = start(folder.resolve("a"))) {
      assertThatThrownBy(() -> start(folder.resolve("a")))
          .isInstanceOf(EngineException.class)
          .hasMessageEndingWith("in use by another process");
    }
  }

  @Test
  void endsAServerThatALostJvmLeftInItsFolder() throws Exception {
    Path data = folder.resolve("a");
    try (ParentJvm parent =
        new ParentJvm("command", Files.createDirectories(data).toString(), "sleep", "600")) {
      ProcessHandle orphan = parent.children().getFirst();
      try (EngineFolder prepared = EngineFolder.open(data)) {
        prepared.keepPid(orphan.pid());
      }
      try (E engine = start(data)) {
        assertThat(orphan.isAlive()).isFalse();
        assertThat(engine.isAlive()).isTrue();
      }
    }
  }

  @Test
  void tellsWhenItsProcessEnds() {
    try (E engine = start(folder.resolve("a"))) {
      var exit = engine.onExit();
      engine.kill();
      assertThat(exit).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(128 + 9);
    }
  }

  /// Waits until what was written is on disk, for an engine that answers before that.
  void awaitDurable(E engine) throws Exception {}
}
