package dev.carillon.message.fanout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Gateways in memory that keep what they are given.
final class FakeGateways implements Gateways {
  private final Map<String, List<Delivery>> delivered = new TreeMap<>();

  private int calls;
  private boolean failing;

  FakeGateways(String... ids) {
    for (String id : ids) {
      delivered.put(id, new ArrayList<>());
    }
  }

  /// What a gateway was given so far, in order.
  synchronized List<Delivery> delivered(String gateway) {
    return List.copyOf(delivered.getOrDefault(gateway, List.of()));
  }

  /// How often it was given something.
  synchronized int calls() {
    return calls;
  }

  /// Makes the next delivery fail, as a bug would.
  synchronized void failOnce() {
    failing = true;
  }

  /// The numbers that a user was given by a gateway, in order.
  List<Long> seqs(String gateway, String userId) {
    return delivered(gateway).stream()
        .filter(delivery -> delivery.userIds().contains(userId))
        .map(delivery -> delivery.message().seq())
        .toList();
  }

  @Override
  public synchronized Set<String> live() {
    return Set.copyOf(delivered.keySet());
  }

  @Override
  public synchronized void deliver(Map<String, List<Delivery>> byGateway) {
    calls++;
    if (failing) {
      failing = false;
      throw new IllegalStateException("on purpose");
    }
    // What is for a gateway that there is not is dropped.
    byGateway.forEach((id, deliveries) ->
        delivered.computeIfPresent(
            id,
            (same, list) -> {
              list.addAll(deliveries);
              return list;
            }));
  }
}
