package dev.carillon.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstallationFolderTest {
  private static final Installation INSTALLATION =
      new Installation(
          42,
          "0.1.0",
          "2026-01-02T03:04:05Z",
          List.of("127.0.0.1:14000"),
          List.of(
              new Installation.Service(
                  "connection", "c-1", "127.0.0.1:1", "127.0.0.1:2", "c:3", "c:4", 42),
              new Installation.Service(
                  "message", "m-1", "127.0.0.1:4", "127.0.0.1:5", null, null, 42)),
          List.of(new Installation.Engine("redis", "127.0.0.1:6", 43)),
          "keys.json");

  @TempDir Path data;

  @Test
  void readsWhatWasWritten() throws IOException {
    INSTALLATION.write(data);
    assertThat(Installation.read(data)).contains(INSTALLATION);
  }

  @Test
  void nothingRunsInAnEmptyFolder() {
    assertThat(Installation.read(data)).isEmpty();
    assertThat(new InstallationFolder(data).holder()).isEmpty();
    assertUnreachable();
  }

  @Test
  void whatAKilledSupervisorLeftBehindIsNotTakenForRunning() throws IOException {
    INSTALLATION.write(data);
    Files.writeString(new InstallationFolder(data).lock(), "42");
    assertThat(new InstallationFolder(data).holder()).isEmpty();
    assertUnreachable();
  }

  @Test
  void whoHoldsTheLockRuns() throws IOException {
    INSTALLATION.write(data);
    try (FileChannel lock =
        FileChannel.open(
            new InstallationFolder(data).lock(),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      lock.write(ByteBuffer.wrap("42".getBytes(StandardCharsets.US_ASCII)));
      assertThat(lock.tryLock()).isNotNull();
      assertThat(new InstallationFolder(data).holder()).hasValue(42);
      assertThat(new InstallationFolder(data).running()).isEqualTo(INSTALLATION);
    }
  }

  @Test
  void saysThatAFileIsDamaged() throws IOException {
    INSTALLATION.write(data);
    Files.writeString(Installation.fileIn(data), "{");
    assertThatThrownBy(() -> Installation.read(data))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void aFolderThatCannotBeReadIsNotTakenForAnEmptyOne() throws IOException {
    Path file = Files.createFile(data.resolve("file"));
    assertThatThrownBy(() -> new InstallationFolder(file).holder())
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.REFUSED))
        .hasMessageContaining(file.toString());
  }

  private void assertUnreachable() {
    assertThatThrownBy(() -> new InstallationFolder(data).running())
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.UNREACHABLE));
  }
}
