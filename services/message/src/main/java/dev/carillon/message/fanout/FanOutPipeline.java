package dev.carillon.message.fanout;

import dev.carillon.message.append.Committed;
import dev.carillon.message.append.FanOut;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.MailboxUpdates;
import dev.carillon.message.store.FanOutStore;
import dev.carillon.runtime.batch.BatchLoop;
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
  private final MarkStage marks;
  private final PendingScan scan;
  private final List<Metrics.Registration> gauges;

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
    this.marks = new MarkStage(store, config, ownerships, memory, nanos, metrics);
    this.scan = new PendingScan(store, config.rescan(), this::redo, nanos, metrics);
    this.gauges = metrics.of(memory);
  }

  /// Starts the threads of the pipeline; gives the pipeline.
  public FanOutPipeline start() {
    loops().forEach(BatchLoop::start);
    return this;
  }

  /// All threads of the pipeline.
  List<BatchLoop<?>> loops() {
    List<BatchLoop<?>> loops = new ArrayList<>(delivery.loops());
    loops.addAll(List.of(mailboxes.loop(), marks.loop(), scan.loop()));
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
      scan.startFor(ownership);
    }
  }

  /// Delivery first: a device waits for it.
  private void advance(List<ConversationFanOut> advanced) {
    delivery.deliver(advanced.stream().filter(this::claimDelivery).toList());
    boolean few = advanced.size() <= FEW_CONVERSATIONS;
    advanced.forEach(conversation -> mailboxes.startFor(conversation, few));
    marks.begin();
  }

  private boolean claimDelivery(ConversationFanOut conversation) {
    boolean claimed = conversation.claimDelivery();
    if (claimed && conversation.isCollapsed()) {
      metrics.collapsed.increment();
    }
    return claimed;
  }

  private void redo(ConversationFanOut claimed) {
    marks.begin();
    delivery.dispatch(List.of(claimed));
  }

  /// Fans out what is committed for the slot in this epoch, and first what was left undone before.
  public void onClaimed(int slot, long epoch) {
    scan.startFor(ownerships.begin(slot, epoch));
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
    marks.loop().wake();
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
