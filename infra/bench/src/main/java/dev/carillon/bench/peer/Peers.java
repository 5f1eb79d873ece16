package dev.carillon.bench.peer;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The peers that the benchmark knows.
public final class Peers {
  private static final List<Peer> ALL = List.of(new Ejabberd());

  private Peers() {}

  /// All of them, installed or not.
  public static List<Peer> all() {
    return ALL;
  }

  /// The one of this name.
  public static Optional<Peer> named(String name) {
    return ALL.stream().filter(peer -> peer.name().equals(name)).findFirst();
  }

  /// All names, for people.
  public static String names() {
    return ALL.stream().map(Peer::name).collect(Collectors.joining(", "));
  }
}
