package dev.carillon.message.fanout;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.store.FanOutStore;
import dev.carillon.message.store.FanOutStoreContract;

/// The fake keeps the promises of the real store.
final class FakeConversationsTest extends FanOutStoreContract {
  private static final long EPOCH = 1;

  private final FakeConversations conversations = new FakeConversations();

  @Override
  protected FanOutStore store() {
    return conversations;
  }

  @Override
  protected void open(ConversationId group, String... users) {
    conversations.join(group, EPOCH, users);
  }

  @Override
  protected void leave(ConversationId group, String user) {
    conversations.leave(group, EPOCH, user);
  }

  @Override
  protected void post(ConversationId group, int count) {
    conversations.commit(group, EPOCH, count);
  }
}
