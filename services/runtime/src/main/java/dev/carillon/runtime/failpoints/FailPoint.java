package dev.carillon.runtime.failpoints;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.mysql.MySqlException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every place in the way of a message at which something may be made to go wrong: before and after
/// each step that lasts, and around what is lost in a crash and has to be done again.
public enum FailPoint {
  /// The owner was granted numbers that no message has yet.
  MESSAGE_NUMBERS_GRANTED("message.numbers.granted", Failure.NONE),
  /// Messages and heads are written, the commit is not sent.
  MESSAGE_APPEND_BEFORE_COMMIT("message.append.before-commit", Failure.DATABASE),
  /// Messages are committed, their senders do not know.
  MESSAGE_APPEND_AFTER_COMMIT("message.append.after-commit", Failure.DATABASE),
  /// Senders are answered, fan-out does not know of the messages.
  MESSAGE_APPEND_AFTER_ANSWER("message.append.after-answer", Failure.NONE),
  /// Members are located, no gateway has the messages.
  MESSAGE_FANOUT_BEFORE_DELIVER("message.fanout.before-deliver", Failure.PEER),
  /// The messages are handed to the streams of the gateways, the conversation does not know.
  MESSAGE_FANOUT_AFTER_DELIVER("message.fanout.after-deliver", Failure.NONE),
  /// Versions and threads of a batch of mailboxes are written, the commit is not sent.
  MESSAGE_MAILBOX_BEFORE_COMMIT("message.mailbox.before-commit", Failure.DATABASE),
  /// Mailboxes are committed, fan-out does not know.
  MESSAGE_MAILBOX_AFTER_COMMIT("message.mailbox.after-commit", Failure.DATABASE),
  /// Fan-out is complete and still marked as pending.
  MESSAGE_FANOUT_BEFORE_MARK_CLEARED("message.fanout.before-mark-cleared", Failure.DATABASE),
  /// The mark is cleared, the conversation is still held in memory.
  MESSAGE_FANOUT_AFTER_MARK_CLEARED("message.fanout.after-mark-cleared", Failure.DATABASE),
  /// A device asked for the next page, that it has the one before is not yet written.
  MESSAGE_SYNC_BEFORE_ACKNOWLEDGE("message.sync.before-acknowledge", Failure.DATABASE),
  /// That a device has a page is written, the next page is not answered.
  MESSAGE_SYNC_AFTER_ACKNOWLEDGE("message.sync.after-acknowledge", Failure.DATABASE),
  /// The ends of blocks are written, the commit is not sent.
  SEQUENCE_BLOCK_BEFORE_COMMIT("sequence.block.before-commit", Failure.DATABASE),
  /// The ends of blocks are committed, memory does not know of the numbers.
  SEQUENCE_BLOCK_AFTER_COMMIT("sequence.block.after-commit", Failure.DATABASE),
  /// Numbers are taken out of memory, nobody was told.
  SEQUENCE_GRANT_BEFORE_ANSWER("sequence.grant.before-answer", Failure.NONE),
  /// A gateway holds messages for their owner, which has not got them.
  CONNECTION_APPEND_BEFORE_FORWARD("connection.append.before-forward", Failure.PEER),
  /// The owner was sent messages, no answer was read.
  CONNECTION_APPEND_AFTER_FORWARD("connection.append.after-forward", Failure.NONE),
  /// The owner has answered, the device was not told.
  CONNECTION_ACK_BEFORE_WRITE("connection.ack.before-write", Failure.PEER),
  /// The device was told, the gateway has not read on.
  CONNECTION_ACK_AFTER_WRITE("connection.ack.after-write", Failure.NONE),
  /// A gateway was given messages, none of its devices has them.
  CONNECTION_DELIVER_BEFORE_HAND("connection.deliver.before-hand", Failure.PEER),
  /// The devices' sessions have the messages, their owner does not know.
  CONNECTION_DELIVER_AFTER_HAND("connection.deliver.after-hand", Failure.NONE);

  private final String title;
  private final Failure failure;

  /// What seems to be lost when a point fails.
  private enum Failure {
    DATABASE,
    PEER,
    NONE
  }

  FailPoint(String title, Failure failure) {
    this.title = title;
    this.failure = failure;
  }

  /// Its name in settings: service, step and moment.
  public String title() {
    return title;
  }

  /// The service it belongs to.
  public String service() {
    return title.substring(0, title.indexOf('.'));
  }

  /// The point of this name, if there is one.
  public static Optional<FailPoint> of(String title) {
    return Arrays.stream(values()).filter(point -> point.title.equals(title)).findFirst();
  }

  /// The names of all points, for messages.
  static String titles() {
    return Arrays.stream(values()).map(FailPoint::title).collect(Collectors.joining(", "));
  }

  /// Whether anything is used here that can be lost; if not, this place can crash or pause only.
  public boolean canFail() {
    return failure != Failure.NONE;
  }

  /// What is thrown here when the database, or the other side, seems to be lost.
  Refusal failure() {
    String text = "fail-point " + title;
    return switch (failure) {
      case DATABASE -> MySqlException.lost(text);
      case PEER -> new Refusal(RuntimeReason.PEER_UNAVAILABLE, text);
      case NONE -> throw new IllegalStateException(text + ": cannot fail");
    };
  }
}
