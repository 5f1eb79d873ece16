package dev.carillon.message.fanout;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// The port to the gateways, which hold the devices' connections.
public interface Gateways {
  /// The instance ids of all gateways there are now.
  Set<String> live();

  /// Sends each gateway its deliveries, after all earlier ones.
  ///
  /// Threads: any; calls of different threads have no order among each other. Never blocks and
  /// never fails: what a gateway cannot take is dropped and counted, because the mailboxes have it.
  void deliver(Map<String, List<Delivery>> byGateway);
}
