package dev.carillon.check.fault;

import java.io.IOException;

/// Signals to other processes, by their number.
enum Signals {
  /// Ends the process at once.
  KILL,
  /// Asks the process to end.
  TERM,
  /// Freezes the process.
  STOP,
  /// Lets a frozen process go on.
  CONT;

  /// Sends it.
  ///
  /// @return whether there was such a process
  boolean send(long pid) throws IOException, InterruptedException {
    return new ProcessBuilder("/bin/sh", "-c", "kill -" + name() + " " + pid + " 2>/dev/null")
            .start()
            .waitFor()
        == 0;
  }
}
