package dev.carillon.message;

import dev.carillon.message.append.AppendDependencies;
import dev.carillon.message.append.Appends;
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
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.DeferredSlots;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.stream.InstanceStream;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/// One running message instance: the owner of its share of the conversations, and a reader of all.
public final class MessageApp implements ServiceApp {
  private static final String CONVERSATION_SCHEMA = "schema/conversation";
  private static final String MAILBOX_SCHEMA = "schema/mailbox";

  /// What a transaction costs the database, however little is in it.
  private static final Duration COMMIT_COST = Duration.ofNanos(500_000);

  private final ServiceHost host;

  private MessageApp(ServiceHost host) {
    this.host = host;
  }

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
    migrate(config.conversationDatabase(), CONVERSATION_SCHEMA);
    migrate(config.mailboxDatabase(), MAILBOX_SCHEMA);
  }

  private static void migrate(MySqlConfig config, String folder)
      throws InterruptedException, TimeoutException {
    try (MySqlDatabase database =
        MySqlDatabase.open(config, new Health(), Metrics.none(), System::nanoTime)) {
      Schema.of(MessageApp.class, folder).migrate(database);
    }
  }

  private static void start(MessageConfig config, Dependencies dependencies, ServiceHost host)
      throws InterruptedException, TimeoutException {
    MySqlDatabase conversations = open(config.conversationDatabase(), CONVERSATION_SCHEMA, host);
    MySqlDatabase mailboxes = open(config.mailboxDatabase(), MAILBOX_SCHEMA, host);
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
    host.claimSlots(slots, new SlotChanges(appends, fanOut));
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
        config.mailboxWriters(),
        host.loops().group(),
        System::nanoTime,
        host.metrics());
  }

  private static MySqlDatabase open(MySqlConfig config, String schema, ServiceHost host)
      throws InterruptedException, TimeoutException {
    MySqlDatabase database =
        host.own(MySqlDatabase.open(config, host.health(), host.metrics(), host.nanos()));
    if (config.migrate()) {
      Schema.of(MessageApp.class, schema).migrate(database);
    }
    return database;
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
                System::nanoTime,
                host.metrics()));
    Duration patience = config.fanOut().presenceTimeout();
    FanOutPipeline pipeline =
        new FanOutPipeline(
            config.fanOut(),
            new MySqlFanOutStore(conversations, config.limits().writers(), host.failPoints()),
            mailboxWriter,
            new GrpcPresenceClient(presence, channels, patience, System::nanoTime, host.metrics()),
            gateways,
            host.telemetry(),
            new FanOutConfig.Timing(System::nanoTime, host.batchInterval(Duration.ZERO)));
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

  @Override
  public ServiceHost host() {
    return host;
  }

  /// What gaining and losing a slot means: fan-out is ready before the first append and finishes
  /// after the last.
  private record SlotChanges(Appends appends, FanOutPipeline fanOut) implements SlotListener {
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
