package dev.carillon.bench.peer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// All systems that can be measured beside Carillon.
public final class Peers {
  private final List<Peer> all;

  /// @param environment names the folders of unpacked packages
  public Peers(Map<String, String> environment) {
    all =
        List.of(
            new Ejabberd("ejabberd", "", "", environment),
            new Ejabberd("ejabberd-backports", "-t bookworm-backports", "24.", environment),
            new Prosody(environment),
            new Nats(environment),
            new Tinode(environment));
  }

  /// All of them, installed or not.
  public List<Peer> all() {
    return all;
  }

  /// The one of this name.
  public Optional<Peer> of(String name) {
    return all.stream().filter(peer -> peer.name().equals(name)).findFirst();
  }

  /// All names, for people.
  public String names() {
    return all.stream().map(Peer::name).collect(Collectors.joining(", "));
  }
}
