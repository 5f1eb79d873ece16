package dev.carillon.bench.machine;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads what Linux tells about processes and the machine; a process that is gone, or a kernel that
/// does not tell, gives zero.
public final class ProcFiles {
  /// Linux counts CPU in hundredths of a second on every platform that Java runs on.
  private static final double TICKS_OF_A_SECOND = 100;

  private static final UnixOperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
  private static final int FILES_OF_OTHER_KINDS = 1_000;
  private static final int IDLE = 4;
  private static final int WAITING = 5;

  private final Path root;

  /// The files of a folder that looks like `/proc`.
  ProcFiles(Path root) {
    this.root = root;
  }

  /// The files of this machine.
  public static ProcFiles ofThisMachine() {
    return new ProcFiles(Path.of("/proc"));
  }

  /// How much CPU a process has used, all its threads, user and system, in seconds.
  public static double cpuSeconds(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(used -> used.toNanos() / 1e9)
        .orElse(0.0);
  }

  /// How much CPU the whole machine has used, in seconds.
  public double machineCpuSeconds() {
    String[] fields = line("stat", "cpu ").strip().split("\\s+", -1);
    long ticks = 0;
    for (int i = 1; i < Math.min(fields.length, 9); i++) {
      ticks += i == IDLE || i == WAITING ? 0 : Long.parseLong(fields[i]);
    }
    return ticks / TICKS_OF_A_SECOND;
  }

  /// The memory of a process that is backed by no file, in bytes: what it costs the machine.
  public long anonymousBytes(long pid) {
    return kibibytes(line(pid + "/status", "RssAnon:"));
  }

  /// The kernel's own memory, in bytes, sockets among it.
  public long slabBytes() {
    return kibibytes(line("meminfo", "Slab:"));
  }

  /// How many connections a process may hold: each is an open file, and some are left for the rest.
  /// The limit is that of this JVM, which has raised it as far as it may.
  public static int connectionsOfAProcess() {
    return Math.clamp(
        SYSTEM.getMaxFileDescriptorCount() - FILES_OF_OTHER_KINDS, 0, Integer.MAX_VALUE);
  }

  /// The load average of the last minute.
  public static double load() {
    return SYSTEM.getSystemLoadAverage();
  }

  private static long kibibytes(String line) {
    String digits = line.replaceAll("\\D+", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits) << 10;
  }

  private String line(String file, String prefix) {
    return text(file).lines().filter(line -> line.startsWith(prefix)).findFirst().orElse("");
  }

  private String text(String file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException gone) {
      return "";
    }
  }
}
