package dev.carillon.connection.backend;

import dev.carillon.connection.v1.EndSessionsRequest;

/// The port to the other gateways.
public interface GatewayClient {
  /// Asks the gateway with this instance id to end sessions that it holds itself, and answers how
  /// many it ended. A gateway that is registered no longer has none: answers 0. Refused with
  /// `PEER_UNAVAILABLE` when it is registered but does not answer within the client's deadline.
  /// Never blocks, any thread.
  void endSessions(String gatewayId, EndSessionsRequest request, Answer<Integer> answer);

  /// The instance ids of all gateways registered now, this one included.
  Iterable<String> gatewayIds();
}
