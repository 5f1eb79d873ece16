package dev.carillon.connection;

import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.MessageClientContract;

/// The fake keeps the promises of the real client.
final class FakeMessagesTest extends MessageClientContract {
  private final FakeMessages messages = new FakeMessages();

  @Override
  protected MessageClient messages() {
    return messages;
  }
}
