package dev.carillon.bench.load;

/// Signed-in devices of one system under test, each in one conversation.
///
/// Sending is for one thread at a time; a crowd tells its flight on a thread of its own.
public interface Crowd extends Attendance {
  /// What it promises about each message.
  Flight.Terms terms();

  /// From now on what arrives belongs to this run.
  void board(Flight flight);

  /// Sends a message of the run to the conversation of a device; does not wait for anything.
  void send(int device, int message);

  /// Has every device look for what it was not handed, as its next heartbeat would make it do;
  /// where a system has no such thing, nothing happens.
  void catchUp();
}
