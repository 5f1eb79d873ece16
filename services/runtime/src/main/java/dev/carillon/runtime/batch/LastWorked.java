package dev.carillon.runtime.batch;

/// How long the batches of one loop take: the shorter one of the last two, for a batch that was
/// held up by a disk or by the scheduler says nothing about the next. Confined to the loop.
final class LastWorked {
  private long before = Long.MAX_VALUE;

  /// A batch took `worked` nanoseconds.
  ///
  /// @return what batches take
  long add(long worked) {
    long usual = Math.min(before, worked);
    before = worked;
    return usual;
  }
}
