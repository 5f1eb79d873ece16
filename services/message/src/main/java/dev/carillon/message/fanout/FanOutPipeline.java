package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.FanOut;
import dev.carillon.message.conversation.FanOutStore;
import dev.carillon.message.mailbox.MailboxWriter;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What happens after the commit: live delivery, mailboxes, marks, and the redo of what a crash
/// interrupted.
///
/// As a [SlotListener] it must be told of a claimed slot before the append path is, and of a slot
/// to be released after it: what is committed for a slot that it does not know to be owned is left
/// to the next owner.
public final class FanOutPipeline implements FanOut, SlotListener, AutoCloseable {
  private final AtomicReferenceArray<@Nullable Tenure> tenures =
      new AtomicReferenceArray<>(Slots.COUNT);
  private final Load load;
  private final FanOutMetrics metrics;
  private final BumpStage bumps;
  private final DeliveryStage delivery;
  private final MarkStage marks;
  private final PendingScan scan;
  private final List<Metrics.Registration> gauges;

  private FanOutPipeline(
      FanOutConfig config,
      FanOutStore store,
      MailboxWriter mailboxes,
      PresenceClient presence,
      Gateways gateways,
      Telemetry telemetry,
      FailPoints failPoints) {
    FanOutMetrics metrics = new FanOutMetrics(telemetry.metrics());
    this.load = new Load(config.memory(), config.conversations());
    this.metrics = metrics;
    this.bumps = new BumpStage(mailboxes::submit, config.bumpInterval(), BumpStage.BUSY);
    this.delivery =
        new DeliveryStage(
            new StoredPortions(store),
            new Whereabouts(presence, gateways, config.presence().questionCost(), metrics),
            gateways,
            bumps,
            telemetry,
            metrics,
            failPoints);
    this.marks = new MarkStage(store, config, this::activeTenures, metrics);
    this.scan =
        new PendingScan(store, config.rescan(), this::activeTenures, delivery::add, metrics);
    this.gauges = List.of(metrics.lanes(load::lanes), metrics.memory(load::bytes));
  }

  /// Starts the pipeline.
  ///
  /// @param failPoints where it may be made to crash
  public static FanOutPipeline start(
      FanOutConfig config,
      FanOutStore store,
      MailboxWriter mailboxes,
      PresenceClient presence,
      Gateways gateways,
      Telemetry telemetry,
      FailPoints failPoints) {
    FanOutPipeline pipeline =
        new FanOutPipeline(config, store, mailboxes, presence, gateways, telemetry, failPoints);
    pipeline.bumps.start();
    pipeline.delivery.start(config.dispatchers(), config.interval());
    pipeline.marks.start();
    pipeline.scan.start();
    return pipeline;
  }

  @Override
  public void committed(Committed batch) {
    Tenure tenure = tenures.get(batch.slot());
    if (tenure != null && tenure.epoch() == batch.epoch()) {
      advance(tenure, tenure.committed(batch));
    }
  }

  @Override
  public void behind(ConversationId conversation, int slot, long epoch) {
    Tenure tenure = tenures.get(slot);
    if (tenure != null && tenure.epoch() == epoch) {
      advance(tenure, tenure.behind(conversation));
    }
  }

  private void advance(Tenure tenure, Optional<Lane> lane) {
    if (lane.isEmpty()) {
      if (!tenure.ended()) {
        metrics.overflowed.increment();
        scan.startFor(tenure);
      }
      return;
    }
    Lane found = lane.get();
    bumps.startFor(found);
    if (found.claimDelivery()) {
      if (found.isCollapsed()) {
        metrics.collapsed.increment();
      }
      delivery.add(found);
    }
  }

  @Override
  public void onClaimed(int slot, long epoch) {
    Tenure tenure = new Tenure(slot, epoch, load);
    end(tenures.getAndSet(slot, tenure));
    scan.startFor(tenure);
  }

  @Override
  public CompletableFuture<Void> onReleasing(int slot) {
    return onReleasing(slot, CompletableFuture.completedFuture(null));
  }

  /// As [#onReleasing(int)], once everything is appended that was accepted for the slot.
  ///
  /// When the slot is lost meanwhile, and even claimed again, it is the present ownership that ends
  /// and not the one that follows.
  public CompletableFuture<Void> onReleasing(int slot, CompletableFuture<Void> appended) {
    Tenure tenure = tenures.get(slot);
    return tenure == null ? appended : appended.thenCompose(done -> release(tenure));
  }

  private CompletableFuture<Void> release(Tenure tenure) {
    CompletableFuture<Void> released = tenure.release();
    bumps.hurry(tenure);
    marks.hurry();
    return released.thenRun(() -> {
      tenures.compareAndSet(tenure.slot(), tenure, null);
      tenure.end();
    });
  }

  @Override
  public void onLost(Set<Integer> slots) {
    slots.forEach(slot -> end(tenures.getAndSet(slot, null)));
  }

  private static void end(@Nullable Tenure tenure) {
    if (tenure != null) {
      tenure.end();
    }
  }

  /// How many conversations are in fan-out.
  int conversations() {
    return load.lanes();
  }

  private List<Tenure> activeTenures() {
    List<Tenure> active = new ArrayList<>();
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      Tenure tenure = tenures.get(slot);
      if (tenure != null) {
        active.add(tenure);
      }
    }
    return active;
  }

  /// Stops at once. What is not done is redone by whoever claims the slots; to leave nothing,
  /// release them first.
  @Override
  public void close() {
    gauges.forEach(Metrics.Registration::close);
    delivery.close();
    bumps.close();
    scan.close();
    marks.close();
  }
}
