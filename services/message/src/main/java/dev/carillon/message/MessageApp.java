package dev.carillon.message;

import dev.carillon.message.append.AppendDependencies;
import dev.carillon.message.append.Appends;
import dev.carillon.message.append.GrpcSequenceClient;
import dev.carillon.message.append.SequenceClient;
import dev.carillon.message.fanout.FailPointGateways;
import dev.carillon.message.fanout.FanOutPipeline;
import dev.carillon.message.fanout.FanOutTiming;
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
import dev.carillon.runtime.slots.DeferredSlots;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.stream.InstanceStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// One running message instance: the owner of its share of the conversations, and a reader of all.
public record MessageApp(ServiceHost host) implements ServiceApp {
  private static final String CONVERSATION_SCHEMA = "schema/conversation";
  private static final String MAILBOX_SCHEMA = "schema/mailbox";

  /// What a transaction costs the database, however little is in it.
  private static final Duration COMMIT_COST = Duration.ofNanos(500_000);

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
    DeferredSlots slots = new DeferredSlots();
    SequenceClient numbers = sequence(config, host, channels);
    Appends appends = appends(config, host, store, numbers, fanOut, slots);
    MessageRpc rpc =
        new MessageRpc(
            new ConversationService(
                appends, store, config.limits(), host.loops().group(), System::nanoTime),
            mailboxes(config, host, mailboxStore, conversations),
            host.telemetry().tracer());
    GrpcPosts.learn();
    host.serve(host.server().streams(rpc));
    host.claimSlots(slots, new MessageSlots(appends, fanOut));
    host.beforeClosing("end append streams", left -> rpc.drain());
    host.ready();
  }

  private static Appends appends(
      MessageConfig config,
      ServiceHost host,
      ConversationStore store,
      SequenceClient numbers,
      FanOutPipeline fanOut,
      DeferredSlots slots) {
    return host.own(
        new Appends(
            new AppendDependencies(
                store,
                numbers,
                fanOut,
                slots,
                config.limits(),
                host.clock(),
                System::nanoTime,
                host.batchInterval(COMMIT_COST),
                host.failPoints(),
                host.metrics())));
  }

  private static MailboxService mailboxes(
      MessageConfig config, ServiceHost host, MailboxStore mailboxes, MySqlDatabase conversations) {
    return new MailboxService(
        mailboxes,
        new MySqlThreadReader(conversations),
        config.mailboxes().writers(),
        host.loops().group(),
        System::nanoTime,
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
                config.mailboxes(),
                host.batchInterval(MailboxWriter.TRANSACTION_COST),
                System::nanoTime,
                host.metrics()));
    Duration patience = config.fanOut().presence().timeout();
    FanOutPipeline pipeline =
        new FanOutPipeline(
            config.fanOut(),
            new MySqlFanOutStore(conversations, config.limits().writers(), host.failPoints()),
            mailboxWriter,
            new GrpcPresenceClient(presence, channels, patience, System::nanoTime, host.metrics()),
            new FailPointGateways(gateways, host.failPoints()),
            host.telemetry(),
            new FanOutTiming(System::nanoTime, host.batchInterval(Duration.ZERO)));
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
            System::nanoTime,
            host.batchInterval(InstanceStream.FRAME_COST)));
  }
}
