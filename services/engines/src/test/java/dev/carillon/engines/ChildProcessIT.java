package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessIT {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;

  @Test
  void givesTheExitCodeAndTheOutputOfTheCommand() {
    try (ChildProcess child = start("echo out; echo err >&2; exit 7")) {
      assertThat(child.onExit().join()).isEqualTo(7);
      assertThat(child.isAlive()).isFalse();
      assertThat(child.output()).contains("out\n", "err\n");
      assertThat(child.lastOutput(1)).isEqualTo("err");
    }
  }

  @Test
  void givesTheProcessIdOfTheCommandItself() {
    try (ChildProcess child = start("echo $$; exec sleep 600")) {
      await().atMost(LONG).until(() -> !child.output().isEmpty());
      assertThat(child.output().strip()).isEqualTo(Long.toString(child.pid()));
    }
  }

  @Test
  void passesArgumentsFolderAndEnvironmentUnchanged() throws IOException {
    List<String> command =
        List.of("/bin/sh", "-c", "echo \"$1\"; pwd; echo \"$HUE\"", "x", "a  'b\" $c");
    try (ChildProcess child =
        ChildProcess.start(command, folder, Map.of("HUE", "blue"), folder.resolve("log"))) {
      child.onExit().join();
      assertThat(child.output().lines())
          .containsExactly("a  'b\" $c", folder.toRealPath().toString(), "blue");
    }
  }

  @Test
  void saysByExitCodeThatThereIsNoSuchCommand() {
    try (ChildProcess child = startCommand(List.of("/nowhere/program"))) {
      assertThat(child.onExit().join()).isEqualTo(127);
      assertThat(child.output()).contains("/nowhere/program");
    }
  }

  @Test
  void letsTheCommandEndInGoodOrder() {
    try (ChildProcess child =
        start("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done")) {
      await().atMost(LONG).until(() -> child.output().contains("up"));
      child.stop(LONG);
      assertThat(child.onExit().join()).isEqualTo(5);
      assertThat(child.output()).contains("bye");
    }
  }

  @Test
  void killsACommandThatWillNotEnd() {
    try (ChildProcess child = start("trap '' TERM; echo up; while :; do sleep 0.05; done")) {
      await().atMost(LONG).until(() -> child.output().contains("up"));
      child.stop(Duration.ofMillis(100));
      assertThat(child.onExit().join()).isEqualTo(128 + 9);
    }
  }

  @Test
  void stopsAPausedCommand() {
    try (ChildProcess child = startCommand(List.of("sleep", "600"))) {
      child.pause();
      child.stop(LONG);
      assertThat(child.onExit().join()).isEqualTo(128 + 15);
    }
  }

  @Test
  void killsAPausedCommand() {
    try (ChildProcess child = startCommand(List.of("sleep", "600"))) {
      child.pause();
      child.kill();
      assertThat(child.onExit().join()).isEqualTo(128 + 9);
    }
  }

  @Test
  void keepsWatchingWhenASignalGoesToItsShell() throws Exception {
    try (ChildProcess child = startCommand(List.of("sleep", "600"))) {
      ProcessHandle shell = shellOf(child);
      for (String signal : List.of("INT", "TERM", "HUP", "QUIT")) {
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + shell.pid())
            .start()
            .waitFor();
      }
      assertThat(child.awaitExit(Duration.ofMillis(300))).isFalse();
      child.kill();
      assertThat(child.onExit().join()).isEqualTo(128 + 9);
    }
  }

  @Test
  void takesTheCommandAlongWhenItsShellIsKilled() {
    try (ChildProcess child = startCommand(List.of("sleep", "600"))) {
      ProcessHandle command = ProcessHandle.of(child.pid()).orElseThrow();
      shellOf(child).destroyForcibly();
      child.onExit().join();
      await().atMost(LONG).until(() -> !command.isAlive());
    }
  }

  @Test
  void leavesNothingBehindWhenItsJvmIsKilled() throws IOException {
    try (ParentJvm parent = new ParentJvm("command", folder.toString(), "sleep", "600")) {
      ProcessHandle child = parent.children().getFirst();
      assertThat(child.isAlive()).isTrue();
      parent.kill();
      await().atMost(LONG).until(() -> !child.isAlive());
    }
  }

  @Test
  void movesALongLogOfEarlierRunsAside() throws IOException {
    Path log = folder.resolve("log");
    Files.write(log, new byte[(1 << 20) + 1]);
    try (ChildProcess child = start("echo fresh")) {
      child.onExit().join();
      assertThat(log).hasContent("fresh");
      assertThat(folder.resolve("log.1")).hasSize((1 << 20) + 1);
    }
  }

  private static ProcessHandle shellOf(ChildProcess child) {
    return ProcessHandle.of(child.pid()).flatMap(ProcessHandle::parent).orElseThrow();
  }

  private ChildProcess start(String script) {
    return startCommand(List.of("/bin/sh", "-c", script));
  }

  private ChildProcess startCommand(List<String> command) {
    return ChildProcess.start(command, folder, System.getenv(), folder.resolve("log"));
  }
}
