package dev.carillon.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcFilesTest {
  @TempDir private Path root;

  @Test
  void addsUserAndSystemTimeOfAProcessWithAnyName() throws IOException {
    write("7/stat", "7 (a) (b c)) S 1 7 7 0 -1 4194560 9 0 0 0 250 125 3 4 20 0 1 0 99 1 1");

    assertThat(files().cpuSeconds(7)).isEqualTo(3.75);
  }

  @Test
  void countsEverythingButIdleAndWaitingForTheMachine() throws IOException {
    write("stat", "cpu  100 20 30 5000 400 1 2 3 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");

    assertThat(files().machineCpuSeconds()).isEqualTo(1.56);
  }

  @Test
  void readsMemoryInBytes() throws IOException {
    write("7/status", "VmRSS:\t  900 kB\nRssAnon:\t     512 kB\nRssFile:\t 1 kB\n");
    write("meminfo", "MemTotal: 1 kB\nSlab:            2048 kB\n");

    assertThat(files().anonymousBytes(7)).isEqualTo(512 << 10);
    assertThat(files().slabBytes()).isEqualTo(2048 << 10);
  }

  @Test
  void readsTheLoad() throws IOException {
    write("loadavg", "3.25 1.00 0.50 2/300 4711\n");

    assertThat(files().load()).isEqualTo(3.25);
  }

  @Test
  void keepsSomeOfTheFilesThatAProcessMayOpenForOtherThanConnections() throws IOException {
    assertThat(files().connectionsOfAProcess()).isEqualTo(Integer.MAX_VALUE);
    write(
        "self/limits",
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max open files            1024                 20000                files
        """);

    assertThat(files().connectionsOfAProcess()).isEqualTo(19_000);
  }

  @Test
  void tellsNothingOfAProcessThatIsGone() {
    assertThat(files().cpuSeconds(7)).isZero();
    assertThat(files().anonymousBytes(7)).isZero();
  }

  @Test
  void countsTheCpuOfThisProcess() {
    ProcFiles here = ProcFiles.ofThisMachine();

    assertThat(here.cpuSeconds(ProcessHandle.current().pid())).isPositive();
    assertThat(here.machineCpuSeconds())
        .isGreaterThan(here.cpuSeconds(ProcessHandle.current().pid()));
  }

  private ProcFiles files() {
    return new ProcFiles(root);
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, text);
  }
}
