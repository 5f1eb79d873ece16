package dev.carillon.message.store;

/// The fake keeps the promises of the real reader.
final class FakeThreadReaderTest extends ThreadReaderContract {
  private final FakeConversationStore store = new FakeConversationStore();

  @Override
  ConversationStore store() {
    return store;
  }

  @Override
  ThreadReader reader() {
    return new FakeThreadReader(store, 10);
  }
}
