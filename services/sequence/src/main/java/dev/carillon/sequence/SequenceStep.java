package dev.carillon.sequence;

import dev.carillon.runtime.failpoints.FailPoint;

/// The steps of issuing a number at which a test may inject a fault.
public enum SequenceStep implements FailPoint {
  /// The ends of blocks are written, the commit is not sent.
  BLOCK_BEFORE_COMMIT("sequence.block.before-commit", Failure.DATABASE),
  /// The ends of blocks are committed, memory does not know of the numbers.
  BLOCK_AFTER_COMMIT("sequence.block.after-commit", Failure.DATABASE),
  /// Numbers are taken out of memory, the caller has no answer.
  GRANT_BEFORE_ANSWER("sequence.grant.before-answer", Failure.NONE);

  private final String title;
  private final Failure failure;

  SequenceStep(String title, Failure failure) {
    this.title = title;
    this.failure = failure;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Failure failure() {
    return failure;
  }
}
