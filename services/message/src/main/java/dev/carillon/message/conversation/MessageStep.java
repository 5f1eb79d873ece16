package dev.carillon.message.conversation;

import dev.carillon.runtime.failpoints.FailPoint;

/// The places in the way of a message through this service at which a test may make something go
/// wrong: before and after each step that lasts, and around what is lost in a crash and done again.
public enum MessageStep implements FailPoint {
  /// The owner was granted numbers that no message has yet.
  NUMBERS_GRANTED("message.numbers.granted", Failure.NONE),
  /// Messages and heads are written, the commit is not sent.
  APPEND_BEFORE_COMMIT("message.append.before-commit", Failure.DATABASE),
  /// Messages are committed, their senders do not know.
  APPEND_AFTER_COMMIT("message.append.after-commit", Failure.DATABASE),
  /// Senders are answered, fan-out does not know of the messages.
  APPEND_AFTER_ANSWER("message.append.after-answer", Failure.NONE),
  /// Members are located, no gateway has the messages.
  FANOUT_BEFORE_DELIVER("message.fanout.before-deliver", Failure.PEER),
  /// The streams of the gateways have the messages, the conversation does not know.
  FANOUT_AFTER_DELIVER("message.fanout.after-deliver", Failure.NONE),
  /// Versions and threads of a batch of mailboxes are written, the commit is not sent.
  MAILBOX_BEFORE_COMMIT("message.mailbox.before-commit", Failure.DATABASE),
  /// Mailboxes are committed, fan-out does not know.
  MAILBOX_AFTER_COMMIT("message.mailbox.after-commit", Failure.DATABASE),
  /// Fan-out is complete and still marked as pending.
  FANOUT_BEFORE_MARK_CLEARED("message.fanout.before-mark-cleared", Failure.DATABASE),
  /// The mark is cleared, the conversation is still held in memory.
  FANOUT_AFTER_MARK_CLEARED("message.fanout.after-mark-cleared", Failure.DATABASE),
  /// A device asked for the next page, that it has the one before is not yet written.
  SYNC_BEFORE_ACKNOWLEDGE("message.sync.before-acknowledge", Failure.DATABASE),
  /// That a device has a page is written, the next page is not answered.
  SYNC_AFTER_ACKNOWLEDGE("message.sync.after-acknowledge", Failure.DATABASE);

  private final String title;
  private final Failure failure;

  MessageStep(String title, Failure failure) {
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
