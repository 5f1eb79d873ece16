package dev.carillon.message;

import dev.carillon.message.fanout.Gateways;
import dev.carillon.message.fanout.GrpcGateways;
import dev.carillon.message.mailbox.MailboxStore;
import dev.carillon.message.mailbox.MySqlMailboxStore;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.message.store.MySqlConversationStore;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.stream.InstanceStream;

/// What an instance's rules stand on: MySQL and gRPC. The tests of the delivery checker override it
/// with something that has a defect. What must be closed is given to [ServiceHost#own].
class Dependencies {
  /// The conversation tables.
  ConversationStore conversations(MySqlDatabase database, ServiceHost host) {
    return new MySqlConversationStore(database, host.failPoints());
  }

  /// The mailbox tables.
  MailboxStore mailboxes(MySqlDatabase database, ServiceHost host) {
    return new MySqlMailboxStore(database, host.clock(), host.failPoints());
  }

  /// The way to the gateways.
  Gateways gateways(InstanceChannels channels, ServiceHost host) {
    return host.own(
        new GrpcGateways(
            host.instances().of("connection"),
            channels,
            host.metrics(),
            host.loops().group().next(),
            host.nanos(),
            host.batchInterval(InstanceStream.FRAME_COST),
            host.failPoints()));
  }
}
