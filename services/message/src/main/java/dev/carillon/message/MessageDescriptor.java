package dev.carillon.message;

import dev.carillon.message.conversation.MessageStep;
import dev.carillon.runtime.service.ServiceDescriptor;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// The descriptor of the message service.
public final class MessageDescriptor extends ServiceDescriptor<MessageConfig> {
  /// Called by the service loader.
  public MessageDescriptor() {
    super(MessageConfig.SERVICE, MessageConfig::read, MessageApp::start);
  }

  @Override
  public void migrate(MessageConfig config) throws InterruptedException, TimeoutException {
    MessageApp.migrate(config);
  }

  @Override
  public List<String> databases() {
    return List.of(MessageConfig.CONVERSATION_DATABASE, MessageConfig.MAILBOX_DATABASE);
  }

  @Override
  public boolean ownsSlots() {
    return true;
  }

  @Override
  public List<String> handsWorkTo() {
    return List.of("sequence", "presence");
  }

  @Override
  public List<MessageStep> failPoints() {
    return List.of(MessageStep.values());
  }
}
