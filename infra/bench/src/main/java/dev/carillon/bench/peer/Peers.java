package dev.carillon.bench.peer;

import java.util.List;
import java.util.Map;

/// All systems that can be measured beside Carillon.
public final class Peers {
  private Peers() {}

  /// All of them, installed or not.
  ///
  /// @param environment names the folders of unpacked packages
  public static List<Peer> all(Map<String, String> environment) {
    return List.of(
        new Ejabberd("ejabberd", "", "", environment),
        new Ejabberd("ejabberd-backports", "-t bookworm-backports", "24.", environment),
        new Prosody(environment),
        new Nats(environment),
        new Tinode(environment));
  }
}
