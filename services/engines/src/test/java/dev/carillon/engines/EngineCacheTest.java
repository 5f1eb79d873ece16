package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineCacheTest {
  @TempDir Path root;

  @Test
  void fillsAnEntryOnceForAllWhoWantIt() {
    AtomicInteger fills = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        threads.submit(() -> new EngineCache(root).entry("x", _ -> fills.incrementAndGet()));
      }
    }

    assertThat(fills).hasValue(1);
    assertThat(root.resolve("x")).isDirectory();
  }

  @Test
  void startsAgainFromNothingAfterAFailure() {
    EngineCache cache = new EngineCache(root);
    assertThatThrownBy(() -> cache.entry("x", EngineCacheTest::fillHalf))
        .isInstanceOf(EngineException.class)
        .hasMessage("Cannot unpack x into " + root + ": disk full");
    assertThat(root.resolve("x")).doesNotExist();

    Path entry = cache.entry("x", folder -> Files.createFile(folder.resolve("whole")));

    assertThat(entry.resolve("whole")).exists();
    assertThat(entry.resolve("half")).doesNotExist();
  }

  @Test
  void dropsWhatACrashLeftUnfinished() throws IOException {
    Path unfinished = Files.createDirectory(root.resolve(".x.tmp"));
    Files.createFile(unfinished.resolve("half"));

    Path entry =
        new EngineCache(root).entry("x", folder -> Files.createFile(folder.resolve("whole")));

    assertThat(entry).isDirectoryContaining(file -> file.endsWith("whole"));
    assertThat(entry.resolve("half")).doesNotExist();
    assertThat(unfinished).doesNotExist();
  }

  private static void fillHalf(Path folder) throws IOException {
    Files.createFile(folder.resolve("half"));
    throw new IOException("disk full");
  }
}
