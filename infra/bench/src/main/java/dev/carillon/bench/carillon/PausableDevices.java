package dev.carillon.bench.carillon;

import dev.carillon.bench.load.MeasuredSystem.SendingDevices;
import java.util.function.IntPredicate;

/// Devices of which some can be stopped, as if their processes had been paused.
public interface PausableDevices extends SendingDevices {
  /// Stops some devices from reading and sending. When these receive a message says nothing about
  /// the others, so their messages are checked but not timed.
  void pause(IntPredicate devices);

  /// Lets all devices go on.
  void goOn();
}
