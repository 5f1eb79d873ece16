package dev.carillon.message.fanout;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.MailboxUpdates;
import dev.carillon.message.mailbox.MailboxUpdatesContract;

/// The fake keeps the promises of the real writer.
final class FakeMailboxWriterTest extends MailboxUpdatesContract {
  private final FakeMailboxWriter writer = new FakeMailboxWriter();

  @Override
  protected MailboxUpdates mailboxes() {
    return writer;
  }

  @Override
  protected void setAway(boolean isAway) {
    writer.setAway(isAway);
  }

  @Override
  protected long lastSeq(String userId, ConversationId conversation) {
    return writer.lastSeq(userId, conversation);
  }
}
