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
    return MessageApp.start(config, new Defective(new RealDependencies(), defects));
  }

  private record Defective(Dependencies real, Switch defects) implements Dependencies {
    @Override
    public ConversationStore conversations(MySqlDatabase database, ServiceHost host) {
      return new DefectiveConversations(real.conversations(database, host), defects);
    }

    @Override
    public MailboxStore mailboxes(MySqlDatabase database, ServiceHost host) {
      return new DefectiveMailboxes(real.mailboxes(database, host), defects);
    }

    @Override
    public Gateways gateways(InstanceChannels channels, ServiceHost host) {
      return new DefectiveGateways(real.gateways(channels, host), defects);
    }
  }
}
