package dev.carillon.sequence;

/// Takes the outcomes of a few requests for numbers.
@FunctionalInterface
interface GrantCallback {
  /// Takes the outcome of request number `index`, exactly once each.
  ///
  /// Called from the thread that asked or from a writer, with no lock held; several calls may come
  /// at the same time. It must not block.
  void settle(int index, Outcome outcome);
}
