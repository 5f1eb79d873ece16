package dev.carillon.message.fanout;

import java.time.Duration;

/// The settings of fan-out.
///
/// @param dispatchers how many threads hand messages to gateways, each for its share of the
///   conversations
/// @param memory how many bytes of committed messages may wait in memory for delivery; what exceeds
///   it is read again from the store
/// @param lanes how many conversations may be in fan-out at once; what exceeds it is found again by
///   its pending mark
/// @param idle how long a conversation is quiet before its pending mark is taken off
/// @param progress how often the mark of a conversation that is never quiet moves
public record FanOutConfig(
    int dispatchers, long memory, int lanes, Duration idle, Duration progress) {
  /// The most messages that one conversation may have waiting in memory.
  static final int LANE_MESSAGES = 1_000;
}
