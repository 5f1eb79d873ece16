package dev.carillon.runtime.discovery;

/// Ends a listener's calls when closed.
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
