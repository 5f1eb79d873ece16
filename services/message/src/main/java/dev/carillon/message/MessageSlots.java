package dev.carillon.message;

import dev.carillon.message.append.AppendQueue;
import dev.carillon.message.fanout.FanOutPipeline;
import dev.carillon.runtime.slots.SlotListener;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// What gaining and losing a slot means: fan-out is ready before the first append and finishes
/// after the last.
final class MessageSlots implements SlotListener {
  private final AppendQueue appends;
  private final FanOutPipeline fanOut;

  MessageSlots(AppendQueue appends, FanOutPipeline fanOut) {
    this.appends = appends;
    this.fanOut = fanOut;
  }

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
