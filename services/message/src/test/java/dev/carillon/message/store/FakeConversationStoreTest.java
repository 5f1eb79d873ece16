package dev.carillon.message.store;

/// The fake does what the real store does.
final class FakeConversationStoreTest extends ConversationStoreContract {
  private final FakeConversationStore store = new FakeConversationStore();

  @Override
  ConversationStore store() {
    return store;
  }
}
