package dev.carillon.failpoints;

import dev.carillon.runtime.failpoints.FailPoint;

/// Fail-points as services declare them.
enum TestStep implements FailPoint {
  APPEND_BEFORE_COMMIT("message.append.before-commit", Failure.DATABASE),
  APPEND_AFTER_COMMIT("message.append.after-commit", Failure.DATABASE),
  APPEND_AFTER_ANSWER("message.append.after-answer", Failure.NONE),
  FANOUT_BEFORE_DELIVER("message.fanout.before-deliver", Failure.PEER),
  MAILBOX_BEFORE_COMMIT("message.mailbox.before-commit", Failure.DATABASE),
  BLOCK_BEFORE_COMMIT("sequence.block.before-commit", Failure.DATABASE),
  BLOCK_AFTER_COMMIT("sequence.block.after-commit", Failure.DATABASE),
  APPEND_BEFORE_FORWARD("connection.append.before-forward", Failure.PEER);

  private final String title;
  private final Failure failure;

  TestStep(String title, Failure failure) {
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
