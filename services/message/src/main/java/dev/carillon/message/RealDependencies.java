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

/// What an instance's rules stand on in production.
final class RealDependencies implements Dependencies {
  private static final String GATEWAYS = "connection";

  @Override
  public ConversationStore conversations(MySqlDatabase database, ServiceHost host) {
    return new MySqlConversationStore(database, host.failPoints());
  }

  @Override
  public MailboxStore mailboxes(MySqlDatabase database, ServiceHost host) {
    return new MySqlMailboxStore(database, host.clock(), host.failPoints());
  }

  @Override
  public Gateways gateways(InstanceChannels channels, ServiceHost host) {
    return host.own(
        new GrpcGateways(
            host.instances().of(GATEWAYS),
            channels,
            host.metrics(),
            host.loops().group().next(),
            host.nanos(),
            host.batchInterval(InstanceStream.FRAME_COST)));
  }
}
