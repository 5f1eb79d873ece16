package dev.carillon.message.fanout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Gateways in memory and the directory that knows who is on which; they note what they are given.
final class FakeGateways implements Gateways, PresenceClient {
  private final Map<String, Set<String>> places = new ConcurrentHashMap<>();
  private final Map<String, List<Delivery>> delivered = new TreeMap<>();
  private int questions;

  FakeGateways(String... ids) {
    for (String id : ids) {
      delivered.put(id, new ArrayList<>());
    }
  }

  /// Says where a user is; nowhere without gateways.
  FakeGateways place(String userId, String... gateways) {
    places.put(userId, Set.of(gateways));
    return this;
  }

  /// What a gateway was given so far, in order.
  synchronized List<Delivery> delivered(String gateway) {
    return List.copyOf(delivered.getOrDefault(gateway, List.of()));
  }

  /// The numbers that a user was given by a gateway, in order.
  List<Long> seqs(String gateway, String userId) {
    return delivered(gateway).stream()
        .filter(delivery -> delivery.userIds().contains(userId))
        .map(delivery -> delivery.message().seq())
        .toList();
  }

  /// How often it was asked where users are.
  synchronized int questions() {
    return questions;
  }

  @Override
  public synchronized Set<String> live() {
    return Set.copyOf(delivered.keySet());
  }

  @Override
  public synchronized void deliver(Map<String, List<Delivery>> byGateway) {
    byGateway.forEach((id, deliveries) ->
        delivered.computeIfAbsent(id, unknown -> new ArrayList<>()).addAll(deliveries));
  }

  @Override
  public synchronized Map<String, Set<String>> locate(Collection<String> userIds) {
    questions++;
    Map<String, Set<String>> found = new HashMap<>(places);
    found.keySet().retainAll(userIds);
    return found;
  }
}
