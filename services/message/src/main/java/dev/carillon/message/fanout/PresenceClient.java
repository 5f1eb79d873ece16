package dev.carillon.message.fanout;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// The port to presence: which gateways hold devices of which users.
public interface PresenceClient {
  /// The gateways of each user, by the gateways' instance ids; empty for a user with no device
  /// connected, absent for a user of whom presence does not know for certain now.
  ///
  /// Threads: any. Blocks for a bounded time. Errors: none, of whom nothing could be learnt is
  /// absent.
  Map<String, Set<String>> locate(Collection<String> userIds);
}
