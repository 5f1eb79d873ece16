package dev.carillon.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcFilesTest {
  @TempDir private Path root;

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
  void keepsSomeOfTheFilesThatAProcessMayOpenForOtherThanConnections() throws IOException {
    String limits = Files.readString(Path.of("/proc/self/limits"));
    Matcher hard = Pattern.compile("Max open files +\\d+ +(\\d+)").matcher(limits);

    assertThat(hard.find()).isTrue();
    assertThat(ProcFiles.connectionsOfAProcess())
        .isEqualTo(Integer.parseInt(hard.group(1)) - 1_000);
  }

  @Test
  void saysNothingOfAProcessThatIsGone() {
    assertThat(ProcFiles.cpuSeconds(1L << 40)).isZero();
    assertThat(files().anonymousBytes(7)).isZero();
  }

  @Test
  void countsTheCpuOfThisProcess() {
    double used = ProcFiles.cpuSeconds(ProcessHandle.current().pid());

    assertThat(used).isPositive();
    assertThat(ProcFiles.ofThisMachine().machineCpuSeconds()).isGreaterThan(used);
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
