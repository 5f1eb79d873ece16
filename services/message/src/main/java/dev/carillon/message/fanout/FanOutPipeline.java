package dev.carillon.message.fanout;

import dev.carillon.message.append.Committed;
import dev.carillon.message.append.FanOut;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.MailboxUpdates;
import dev.carillon.message.store.FanOutStore;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.SlotParts;
import dev.carillon.runtime.slots.SlotRange;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// What happens after the commit: live delivery, mailboxes, marks, and the redo of what a crash
/// interrupted.
///
/// It has to learn of a claimed slot before the append path does, and of a slot that is released
/// after it: what is committed for a slot that it does not know to be owned is left to the next
/// owner.
public final class FanOutPipeline implements FanOut, AutoCloseable {
  /// The most conversations of a commit whose mailbox updates go straight to the mailbox writer.
  private static final int FEW_CONVERSATIONS = 8;

  private final FanOutMemory memory;
  private final SlotOwnership.Table ownerships;
  private final FanOutMetrics metrics;
  private final LongSupplier nanos;
  private final MailboxStage mailboxes;
  private final DeliveryStage delivery;
  private final Shards shards;
  private final SlotParts<MarkStage> marks;
  private final SlotParts<PendingScan> scans;
  private final List<Metrics.Registration> gauges;
  private volatile boolean started;

  /// A pipeline that accepts commits already; they are worked on once it is started.
  public FanOutPipeline(
      FanOutConfig config,
      FanOutStore store,
      MailboxUpdates mailboxes,
      PresenceClient presence,
      Gateways gateways,
      Telemetry telemetry,
      FanOutConfig.Timing timing) {
    this.memory = new FanOutMemory(config.memory(), config.conversations());
    this.metrics = new FanOutMetrics(telemetry.metrics());
    this.nanos = timing.nanos();
    this.ownerships = new SlotOwnership.Table(memory);
    this.mailboxes =
        new MailboxStage(mailboxes, config.mailboxInterval(), MailboxStage.BUSY, timing);
    this.delivery =
        new DeliveryStage(
            config.dispatchers(),
            new BacklogReader(store, ownerships, this.mailboxes),
            new GatewaySelector(presence, gateways, config.presenceCost(), metrics),
            gateways,
            telemetry,
            timing,
            metrics);
    this.shards = store.shards();
    this.marks =
        new SlotParts<>(
            1,
            (slots, before) ->
                begun(new MarkStage(slots, store, config, ownerships, memory, nanos, metrics)),
            stage -> stage.loop().beginFinish());
    this.scans =
        new SlotParts<>(
            1,
            (slots, before) ->
                begun(slots, new PendingScan(store, config.rescan(), this::redo, nanos, metrics)),
            scan -> scan.loop().beginFinish());
    become(shards.ranges());
    this.gauges = metrics.of(memory);
  }

  private void become(List<SlotRange> ranges) {
    marks.become(ranges);
    scans.become(ranges);
  }

  /// The stage of a shard that came later begins at once: it may have something to mark.
  private MarkStage begun(MarkStage stage) {
    if (started) {
      stage.loop().start();
      stage.loop().wake();
    }
    return stage;
  }

  /// What the scans before it had still to look at is found in the ownerships.
  private PendingScan begun(SlotRange slots, PendingScan scan) {
    if (started) {
      scan.loop().start();
      ownerships.in(slots).forEach(scan::startAnew);
    }
    return scan;
  }

  /// Starts the threads of the pipeline; gives the pipeline.
  public FanOutPipeline start() {
    started = true;
    loops().forEach(BatchLoop::start);
    shards.follow(this::become);
    return this;
  }

  /// All threads of the pipeline.
  List<BatchLoop<?>> loops() {
    List<BatchLoop<?>> loops = new ArrayList<>(delivery.loops());
    loops.add(mailboxes.loop());
    marks.all().forEach(stage -> loops.add(stage.loop()));
    scans.all().forEach(scan -> loops.add(scan.loop()));
    return loops;
  }

  @Override
  public void committed(List<Committed> commit) {
    List<ConversationFanOut> advanced = new ArrayList<>(commit.size());
    long now = nanos.getAsLong();
    for (Committed batch : commit) {
      SlotOwnership ownership = ownerships.of(batch.slot(), batch.epoch());
      if (ownership != null) {
        add(ownership.committed(batch, now), ownership, advanced);
      }
    }
    advance(advanced);
  }

  @Override
  public void behind(ConversationId conversation, int slot, long epoch) {
    SlotOwnership ownership = ownerships.of(slot, epoch);
    if (ownership != null) {
      List<ConversationFanOut> advanced = new ArrayList<>();
      add(ownership.behind(conversation, nanos.getAsLong()), ownership, advanced);
      advance(advanced);
    }
  }

  private void add(
      Optional<ConversationFanOut> found,
      SlotOwnership ownership,
      List<ConversationFanOut> advanced) {
    found.ifPresent(advanced::add);
    if (found.isEmpty() && !ownership.ended()) {
      metrics.overflowed.increment();
      scans.of(ownership.slot()).startFor(ownership);
    }
  }

  /// Delivery first: a device waits for it.
  private void advance(List<ConversationFanOut> advanced) {
    delivery.deliver(advanced.stream().filter(this::claimDelivery).toList());
    boolean few = advanced.size() <= FEW_CONVERSATIONS;
    advanced.forEach(conversation -> mailboxes.startFor(conversation, few));
    advanced.forEach(conversation -> marks.of(conversation.slot()).begin());
  }

  private boolean claimDelivery(ConversationFanOut conversation) {
    boolean claimed = conversation.claimDelivery();
    if (claimed && conversation.isCollapsed()) {
      metrics.collapsed.increment();
    }
    return claimed;
  }

  private void redo(ConversationFanOut claimed) {
    marks.of(claimed.slot()).begin();
    delivery.dispatch(List.of(claimed));
  }

  /// Fans out what is committed for the slot in this epoch, and first what was left undone before.
  public void onClaimed(int slot, long epoch) {
    scans.of(slot).startFor(ownerships.begin(slot, epoch));
  }

  /// Hands a slot over once everything is appended that was accepted for it; completes when
  /// everything in fan-out is done and marked.
  ///
  /// When the slot is lost meanwhile, and even claimed again, it is the present ownership that ends
  /// and not the one that follows.
  public CompletableFuture<Void> onReleasing(int slot, CompletableFuture<Void> appended) {
    SlotOwnership ownership = ownerships.of(slot);
    return ownership == null ? appended : appended.thenCompose(done -> release(ownership));
  }

  private CompletableFuture<Void> release(SlotOwnership ownership) {
    CompletableFuture<Void> released = ownership.release();
    mailboxes.hurry();
    marks.of(ownership.slot()).loop().wake();
    return released.thenRun(() -> ownerships.release(ownership));
  }

  /// Ends fan-out for slots that may belong to others already.
  public void onLost(Set<Integer> slots) {
    slots.forEach(ownerships::end);
  }

  /// How many conversations are in fan-out.
  int conversations() {
    return memory.conversations();
  }

  /// Stops at once. What is not done is redone by whoever claims the slots; to leave nothing,
  /// release them first.
  @Override
  public void close() {
    gauges.forEach(Metrics.Registration::close);
    loops().forEach(BatchLoop::close);
  }
}
