package dev.carillon.message;

import dev.carillon.check.defect.Switch;
import dev.carillon.message.fanout.Gateways;
import dev.carillon.message.mailbox.MailboxStore;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import java.util.concurrent.TimeoutException;

/// A message instance whose ports have the defect of the moment.
public final class DefectiveMessages {
  private DefectiveMessages() {}

  /// Starts it.
  public static MessageApp start(MessageConfig config, Switch defects)
      throws InterruptedException, TimeoutException {
    return MessageApp.start(config, new Defective(defects));
  }

  private static final class Defective extends Dependencies {
    private final Switch defects;

    Defective(Switch defects) {
      this.defects = defects;
    }

    @Override
    ConversationStore conversations(MySqlDatabase database, ServiceHost host) {
      return new DefectiveConversations(super.conversations(database, host), defects);
    }

    @Override
    MailboxStore mailboxes(MySqlDatabase database, ServiceHost host) {
      return new DefectiveMailboxes(super.mailboxes(database, host), defects);
    }

    @Override
    Gateways gateways(InstanceChannels channels, ServiceHost host) {
      return new DefectiveGateways(super.gateways(channels, host), defects);
    }
  }
}
