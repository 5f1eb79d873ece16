package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineFolderTest {
  @TempDir Path parent;

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    try (EngineFolder folder = EngineFolder.open(parent.resolve("a/b"))) {
      Path secret = folder.write("secret", "x");

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.root())))
          .isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void isUsedByOneAtATime() {
    Path root = parent.resolve("a");
    try (EngineFolder _ = EngineFolder.open(root)) {
      assertThatThrownBy(() -> EngineFolder.open(root))
          .isInstanceOf(EngineException.class)
          .hasMessage("data folder " + root + ": in use by another process");
    }
    EngineFolder.open(root).close();
  }

  @Test
  void keepsThePortOfTheLastStart() {
    Path root = parent.resolve("a");
    try (EngineFolder folder = EngineFolder.open(root)) {
      assertThat(folder.port()).isEmpty();
      folder.keepPort(20_123);
    }
    try (EngineFolder folder = EngineFolder.open(root)) {
      assertThat(folder.port()).hasValue(20_123);
    }
  }

  @Test
  void takesNoPortFromADamagedFile() {
    try (EngineFolder folder = EngineFolder.open(parent.resolve("a"))) {
      folder.write("port", "twenty");

      assertThat(folder.port()).isEmpty();
    }
  }
}
