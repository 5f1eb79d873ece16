package dev.carillon.bench.load;

/// Signed-in devices of one system under test, each in one conversation.
///
/// Sending is for one thread at a time; the devices report to their tracker on another thread.
public interface SendingDevices extends OnlineDevices {
  /// What the system promises about each message.
  RunTracker.Terms terms();

  /// From now on sends and arrivals are reported to this tracker.
  void track(RunTracker tracker);

  /// Sends a message of the run to the conversation of a device; does not wait for anything.
  void send(int device, int message);

  /// Makes every device fetch the messages that it has not received, as its next heartbeat would;
  /// does nothing where a system has no such thing.
  void catchUp();
}
