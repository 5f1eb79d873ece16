package dev.carillon.message.fanout;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A presence directory in memory.
final class FakeDirectory implements PresenceClient {
  private final Map<String, Set<String>> locations = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  /// Says where a user's devices are connected; nowhere without gateways.
  FakeDirectory connect(String userId, String... gateways) {
    locations.put(userId, Set.of(gateways));
    return this;
  }

  /// From now on it does not know for certain where anybody is.
  void forgetAll() {
    locations.clear();
  }

  /// How often it was asked.
  int requests() {
    return requests.get();
  }

  @Override
  public Map<String, Set<String>> locate(Collection<String> userIds) {
    requests.incrementAndGet();
    Map<String, Set<String>> found = new HashMap<>(locations);
    found.keySet().retainAll(userIds);
    return found;
  }
}
