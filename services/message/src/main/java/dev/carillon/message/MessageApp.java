package dev.carillon.message;

import dev.carillon.message.append.AppendQueue;
import dev.carillon.message.append.AppendWriter;
import dev.carillon.message.append.GrpcSequenceClient;
import dev.carillon.message.append.SequenceClient;
import dev.carillon.message.fanout.FanOutConfig;
import dev.carillon.message.fanout.FanOutPipeline;
import dev.carillon.message.fanout.Gateways;
import dev.carillon.message.fanout.GrpcPresenceClient;
import dev.carillon.message.mailbox.MailboxService;
import dev.carillon.message.mailbox.MailboxStore;
import dev.carillon.message.mailbox.MailboxWriter;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.message.store.MySqlFanOutStore;
import dev.carillon.message.store.MySqlThreadReader;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.SlotClaims;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.stream.InstanceStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/// One running message instance: the owner of its share of the conversations, and a reader of all.
public record MessageApp(ServiceHost host) implements ServiceApp {
  private static final String CONVERSATION_SCHEMA = "schema/conversation";
  private static final String MAILBOX_SCHEMA = "schema/mailbox";

  /// What a commit counts for at least when the pause after it is chosen: about what it costs here
  /// and in the database, however little is in it.
  private static final Duration COMMIT_COST = Duration.ofMillis(1);

  /// Starts an instance; returns when it is announced and claims its slots.
  ///
  /// @throws TimeoutException when the database did not come within its start limit
  public static MessageApp start(MessageConfig config)
      throws InterruptedException, TimeoutException {
    return start(config, new Dependencies());
  }

  /// Starts an instance that stands on these; otherwise as [#start(MessageConfig)].
  static MessageApp start(MessageConfig config, Dependencies dependencies)
      throws InterruptedException, TimeoutException {
    ServiceHost host = ServiceHost.open(config.host());
    try {
      start(config, dependencies, host);
      return new MessageApp(host);
    } catch (InterruptedException | TimeoutException | RuntimeException failure) {
      host.close();
      throw failure;
    }
  }

  /// Brings both databases up to date.
  static void migrate(MessageConfig config) throws InterruptedException, TimeoutException {
    ServiceHost.migrate(config.conversationDatabase(), MessageApp.class, CONVERSATION_SCHEMA);
    ServiceHost.migrate(config.mailboxDatabase(), MessageApp.class, MAILBOX_SCHEMA);
  }

  private static void start(MessageConfig config, Dependencies dependencies, ServiceHost host)
      throws InterruptedException, TimeoutException {
    MySqlDatabase conversations =
        host.database(config.conversationDatabase(), MessageApp.class, CONVERSATION_SCHEMA);
    MySqlDatabase mailboxes =
        host.database(config.mailboxDatabase(), MessageApp.class, MAILBOX_SCHEMA);
    ConversationStore store = dependencies.conversations(conversations, host);
    MailboxStore mailboxStore = dependencies.mailboxes(mailboxes, host);
    InstanceChannels channels = host.own(new InstanceChannels(host.channels(), host.nanos()));
    Gateways gateways = dependencies.gateways(channels, host);
    FanOutPipeline fanOut = fanOut(config, host, channels, conversations, mailboxStore, gateways);
    SlotClaims slots = new SlotClaims(host.instance());
    SequenceClient numbers = sequence(config, host, channels);
    AppendQueue appends = appends(config, host, store, numbers, fanOut, slots);
    MessageRpc rpc =
        new MessageRpc(
            new ConversationService(
                appends, store, config.limits(), host.loops().group(), host.nanos()),
            mailboxes(host, mailboxStore, conversations),
            caller ->
                new GrpcAppendStream(
                    caller, appends, config.limits().bodyBytes(), host.telemetry().tracer()));
    GrpcAppendStream.learn();
    host.serve(host.server().streams(rpc));
    host.claimSlots(slots, new SlotChanges(appends, fanOut));
    host.beforeClosing("end append streams", left -> rpc.drain());
    host.ready();
  }

  private static AppendQueue appends(
      MessageConfig config,
      ServiceHost host,
      ConversationStore store,
      SequenceClient numbers,
      FanOutPipeline fanOut,
      SlotClaims slots) {
    AppendWriter.Dependencies dependencies =
        new AppendWriter.Dependencies(
            store,
            numbers,
            fanOut,
            slots,
            config.limits(),
            host.clock(),
            host.nanos(),
            host.batchInterval(COMMIT_COST),
            host.failPoints(),
            host.metrics());
    return host.own(AppendWriter.open(dependencies).start());
  }

  private static MailboxService mailboxes(
      ServiceHost host, MailboxStore mailboxes, MySqlDatabase conversations) {
    return new MailboxService(
        mailboxes,
        new MySqlThreadReader(conversations),
        host.loops().group(),
        host.nanos(),
        host.metrics());
  }

  private static FanOutPipeline fanOut(
      MessageConfig config,
      ServiceHost host,
      InstanceChannels channels,
      MySqlDatabase conversations,
      MailboxStore mailboxes,
      Gateways gateways) {
    SlotTable presence = host.own(SlotTable.follow(host.instances(), "presence"));
    MailboxWriter mailboxWriter =
        host.own(
            MailboxWriter.start(
                mailboxes,
                config.mailboxWriters(),
                config.mailboxQueue(),
                host.batchInterval(MailboxWriter.TRANSACTION_COST),
                host.nanos(),
                host.metrics()));
    Duration patience = config.fanOut().presenceTimeout();
    FanOutPipeline pipeline =
        new FanOutPipeline(
            config.fanOut(),
            new MySqlFanOutStore(conversations, host.failPoints()),
            mailboxWriter,
            new GrpcPresenceClient(presence, channels, patience, host.nanos(), host.metrics()),
            gateways,
            host.telemetry(),
            new FanOutConfig.Timing(host.nanos(), host.batchInterval(Duration.ZERO)));
    return host.own(pipeline.start());
  }

  private static SequenceClient sequence(
      MessageConfig config, ServiceHost host, InstanceChannels channels) {
    SlotTable table = host.own(SlotTable.follow(host.instances(), "sequence"));
    return host.own(
        new GrpcSequenceClient(
            table,
            target -> Channels.onLoop(channels.to(target)),
            config.limits().admission().appendTimeout(),
            host.loops().group().next(),
            host.nanos(),
            host.batchInterval(InstanceStream.FRAME_COST)));
  }

  /// What gaining and losing a slot means: fan-out is ready before the first append and finishes
  /// after the last.
  private record SlotChanges(AppendQueue appends, FanOutPipeline fanOut) implements SlotListener {
    @Override
    public void onClaimed(int slot, long epoch) {
      fanOut.onClaimed(slot, epoch);
    }

    @Override
    public CompletableFuture<Void> onReleasing(int slot) {
      return fanOut.onReleasing(slot, appends.finish(slot));
    }

    @Override
    public void onLost(Set<Integer> slots) {
      // The writers see it by themselves: what they hold of these slots is refused before the next
      // commit.
      fanOut.onLost(slots);
    }
  }
}
