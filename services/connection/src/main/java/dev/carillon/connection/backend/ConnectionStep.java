package dev.carillon.connection.backend;

import dev.carillon.runtime.failpoints.FailPoint;

/// The places in the way of a message through a gateway at which a test may make something go
/// wrong.
public enum ConnectionStep implements FailPoint {
  /// The gateway holds messages for their owner, which has not got them.
  APPEND_BEFORE_FORWARD("connection.append.before-forward", Failure.PEER),
  /// The owner was sent messages, no answer was read.
  APPEND_AFTER_FORWARD("connection.append.after-forward", Failure.NONE),
  /// The owner has answered, the device does not know.
  ACK_BEFORE_WRITE("connection.ack.before-write", Failure.PEER),
  /// The device is answered, the gateway has not read on.
  ACK_AFTER_WRITE("connection.ack.after-write", Failure.NONE),
  /// The gateway was given messages, none of its devices has them.
  DELIVER_BEFORE_HAND("connection.deliver.before-hand", Failure.PEER),
  /// The devices' sessions have the messages, their owner does not know.
  DELIVER_AFTER_HAND("connection.deliver.after-hand", Failure.NONE);

  private final String title;
  private final Failure failure;

  ConnectionStep(String title, Failure failure) {
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
