package dev.carillon.message;

import dev.carillon.message.fanout.Gateways;
import dev.carillon.message.mailbox.MailboxStore;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;

/// What an instance's rules stand on: MySQL and gRPC in production, something with a defect in the
/// tests of the delivery checker. What must be closed is given to [ServiceHost#own].
interface Dependencies {
  /// The conversation tables.
  ConversationStore conversations(MySqlDatabase database, ServiceHost host);

  /// The mailbox tables.
  MailboxStore mailboxes(MySqlDatabase database, ServiceHost host);

  /// The way to the gateways.
  Gateways gateways(InstanceChannels channels, ServiceHost host);
}
