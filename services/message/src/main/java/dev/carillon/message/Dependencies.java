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

/// What an instance's rules stand on: MySQL and gRPC in production; the tests of the delivery
/// checker put something with a defect in their place. What must be closed is given to
/// [ServiceHost#own].
class Dependencies {
  private static final String GATEWAYS = "connection";

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
            host.instances().of(GATEWAYS),
            channels,
            host.metrics(),
            host.loops().group().next(),
            host.nanos(),
            host.batchInterval(InstanceStream.FRAME_COST),
            host.failPoints()));
  }
}
