package dev.carillon.presence;

/// One connection of one device to one gateway.
///
/// @param connectionNumber the device's own number of the connection, compared as unsigned; 0 when
///   it said none
/// @param connectedAtMicros when it connected, microseconds since 1970 by the gateway's clock
record DeviceSession(
    String userId,
    String deviceId,
    String gatewayId,
    long sessionId,
    long connectionNumber,
    long connectedAtMicros) {

  /// Whether this session replaces `other` of the same device: the later connection wins, and two
  /// presence instances that see the same two sessions in another order agree on the winner.
  ///
  /// The device's own numbers decide, for gateways' clocks differ; then a gateway's own order of
  /// its sessions, and only for want of both the clocks.
  boolean isNewerThan(DeviceSession other) {
    if (connectionNumber != 0
        && other.connectionNumber != 0
        && connectionNumber != other.connectionNumber) {
      return Long.compareUnsigned(connectionNumber, other.connectionNumber) > 0;
    }
    if (gatewayId.equals(other.gatewayId)) {
      return sessionId > other.sessionId;
    }
    return connectedAtMicros == other.connectedAtMicros
        ? gatewayId.compareTo(other.gatewayId) > 0
        : connectedAtMicros > other.connectedAtMicros;
  }

  boolean isSameAs(DeviceSession other) {
    return sessionId == other.sessionId && gatewayId.equals(other.gatewayId);
  }
}
