package dev.carillon.bench.load;

import dev.carillon.bench.load.MeasuredSystem.SendingDevices;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.function.IntUnaryOperator;

/// Runs a schedule against devices and collects the measurements.
public final class OpenLoop {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FURTHER_PATIENCE = Duration.ofSeconds(50);

  private OpenLoop() {}

  /// One measured run of one system.
  ///
  /// @param pace how the generator did
  /// @param outcome what came of the messages
  /// @param losses connections that ended by themselves; empty: none
  public record Run(Pacer.Pace pace, RunTracker.Outcome outcome, String losses) {}

  /// One run; returns when every message has arrived, or did not for a minute.
  ///
  /// @param leadIn the first part of the schedule, which is not measured
  /// @param senders the device that sends a message
  public static Run run(
      MeasuredSystem side,
      SendingDevices devices,
      Schedule schedule,
      Duration leadIn,
      IntUnaryOperator senders)
      throws InterruptedException {
    Pacer pacer = new Pacer(schedule, leadIn);
    RunTracker tracker = new RunTracker(pacer, devices.terms());
    devices.track(tracker);
    Pacer.Pace pace =
        pacer.run(
            side.processes(),
            message -> devices.send(senders.applyAsInt(message), message),
            () -> awaitArrivals(tracker, devices));
    return new Run(pace, tracker.outcome(), devices.losses());
  }

  private static void awaitArrivals(RunTracker tracker, SendingDevices devices) {
    if (!Wait.until(tracker::isSettled, POLL_INTERVAL, PATIENCE)) {
      devices.catchUp();
      Wait.until(tracker::isSettled, POLL_INTERVAL, FURTHER_PATIENCE);
    }
  }
}
