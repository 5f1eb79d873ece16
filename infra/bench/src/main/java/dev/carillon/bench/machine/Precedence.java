package dev.carillon.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Precedence over everybody else on the machine, for a thread that does little but must be
/// punctual.
public final class Precedence {
  private static final long LIMIT_SECONDS = 5;

  private Precedence() {}

  /// Asks for it for the calling thread. Without the right to it, or on another system than Linux,
  /// nothing changes: then the thread's lateness will show it.
  ///
  /// @return whether it was granted
  public static boolean claim() throws InterruptedException {
    try {
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
      // Reset on fork: nobody inherits it.
      Process chrt =
          new ProcessBuilder("chrt", "-R", "-f", "-p", "1", String.valueOf(thread))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return chrt.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && chrt.exitValue() == 0;
    } catch (IOException notHere) {
      return false;
    }
  }
}
