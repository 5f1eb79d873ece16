package dev.carillon.presence;

import java.util.Comparator;

/// One connection of one device to one gateway.
///
/// @param connectedAtMicros when it connected, microseconds since 1970 by the gateway's clock
record DeviceSession(
    String userId, String deviceId, String gatewayId, long sessionId, long connectedAtMicros) {
  private static final Comparator<DeviceSession> BY_AGE =
      Comparator.comparingLong(DeviceSession::connectedAtMicros)
          .thenComparingLong(DeviceSession::sessionId)
          .thenComparing(DeviceSession::gatewayId);

  /// Whether this session replaces `other` of the same device: the later connection wins, and two
  /// presence instances that see the same two sessions in another order agree on the winner.
  boolean isNewerThan(DeviceSession other) {
    return BY_AGE.compare(this, other) > 0;
  }

  boolean isSameAs(DeviceSession other) {
    return sessionId == other.sessionId && gatewayId.equals(other.gatewayId);
  }
}
