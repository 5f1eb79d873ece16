package dev.carillon.local.supervisor;

import java.util.Map;

/// Starts instances, in this JVM or each in a JVM of its own.
@FunctionalInterface
interface Launcher {
  /// Starts an instance with these settings; it need not be ready when this returns.
  RunningInstance launch(InstanceSlot slot, Map<String, String> environment) throws Exception;
}
