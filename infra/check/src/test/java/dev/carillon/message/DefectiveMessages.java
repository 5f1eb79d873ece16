package dev.carillon.message;

import dev.carillon.check.defect.Switch;
import dev.carillon.message.conversation.ConversationStore;
import dev.carillon.message.fanout.Gateways;
import dev.carillon.message.mailbox.MailboxStore;
import java.util.concurrent.TimeoutException;

/// A message instance whose ports have the defect of the moment.
public final class DefectiveMessages {
  private DefectiveMessages() {}

  /// Starts it.
  public static MessageApp start(MessageConfig config, Switch defects)
      throws InterruptedException, TimeoutException {
    return MessageApp.start(
        config,
        new Decorators() {
          @Override
          public ConversationStore conversations(ConversationStore real) {
            return new DefectiveConversations(real, defects);
          }

          @Override
          public MailboxStore mailboxes(MailboxStore real) {
            return new DefectiveMailboxes(real, defects);
          }

          @Override
          public Gateways gateways(Gateways real) {
            return new DefectiveGateways(real, defects);
          }
        });
  }
}
