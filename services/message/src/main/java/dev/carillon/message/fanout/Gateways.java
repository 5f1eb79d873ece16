package dev.carillon.message.fanout;

import dev.carillon.message.conversation.StoredMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The port to the gateways, which hold the devices' connections.
public interface Gateways {
  /// One message and the users of one gateway, at least one, who are to have it.
  ///
  /// @param epoch the epoch in which this instance owns the conversation's slot
  /// @param traceparent the W3C traceparent of the sender's span; empty: not traced
  record Delivery(
      StoredMessage message, List<String> userIds, int slot, long epoch, String traceparent) {}

  /// The instance ids of all gateways there are now.
  Set<String> live();

  /// Sends each gateway its deliveries, after all earlier ones.
  ///
  /// Threads: any; calls of different threads have no order among each other. Never blocks and
  /// never fails: what a gateway cannot take is dropped and counted, because the mailboxes have it.
  void deliver(Map<String, List<Delivery>> byGateway);
}
