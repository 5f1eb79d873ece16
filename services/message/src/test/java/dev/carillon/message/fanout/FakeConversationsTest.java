package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.FanOutStore;

final class FakeConversationsTest extends FanOutStoreContract {
  @Override
  FanOutStore store() {
    return conversations;
  }

  @Override
  void write(Committed batch) {
    // It is there already.
  }
}
