package dev.carillon.local.supervisor;

import java.util.Map;

/// The routes between the instances of an installation and to its engines: directly, or through the
/// proxies of a fault injector.
@FunctionalInterface
public interface Routing {
  /// Without proxies.
  Routing DIRECT = (slot, environment) -> environment;

  /// The environment that an instance is started with; called before every start, by several
  /// threads.
  ///
  /// @param environment the environment without proxies
  Map<String, String> rerouted(InstanceSlot slot, Map<String, String> environment);
}
