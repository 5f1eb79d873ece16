package dev.carillon.runtime.discovery;

import com.google.gson.Gson;
import dev.carillon.runtime.settings.HostPort;

/// One running process of one service, as it announces itself to the others.
///
/// @param service the service's name, such as `message`; no slash
/// @param id unique among all instances that ever ran, for slots are owned by id; no slash
/// @param address `host:port` of its gRPC server, reachable by the other instances
/// @param adminAddress `host:port` of its admin server
/// @param draining whether it is on its way out and wants no new work
public record Instance(
    String service, String id, String address, String adminAddress, boolean draining) {
  private static final String ROOT = "/carillon/instances/";
  private static final Gson JSON = new Gson();

  /// Refuses names that cannot be part of a key, and addresses that are none.
  public Instance {
    requireName("service", service);
    requireName("id", id);
    HostPort.parse(address);
    HostPort.parse(adminAddress);
  }

  /// The same instance on its way out.
  public Instance drained() {
    return new Instance(service, id, address, adminAddress, true);
  }

  /// The key under which an instance is registered.
  String key() {
    return keyPrefix(service) + id;
  }

  /// What the keys of all instances of a service begin with.
  static String keyPrefix(String service) {
    return ROOT + service + "/";
  }

  /// Its value in the registry.
  String toJson() {
    return JSON.toJson(this);
  }

  /// The instance whose value in the registry this is; throws any runtime exception when it is not
  /// one.
  static Instance ofJson(String json) {
    return JSON.fromJson(json, Instance.class);
  }

  private static void requireName(String what, String name) {
    if (name.isBlank() || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          what + ": '" + name + "' (expected: a name without slash)");
    }
  }
}
