package dev.carillon.local;

import java.util.Map;

/// Starts instances: in this JVM or each in one of its own.
@FunctionalInterface
interface Launcher {
  /// Starts an instance with these settings; it need not be ready when this returns.
  RunningInstance launch(Seat seat, Map<String, String> environment) throws Exception;
}
