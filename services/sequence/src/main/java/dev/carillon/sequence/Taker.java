package dev.carillon.sequence;

/// Whoever waits for the outcomes of a few demands.
@FunctionalInterface
interface Taker {
  /// Tells the outcome of demand number `index`, exactly once each.
  ///
  /// Called from the thread that asked or from a writer, with no lock held; several calls may come
  /// at the same time. It must not block.
  void settle(int index, Outcome outcome);
}
