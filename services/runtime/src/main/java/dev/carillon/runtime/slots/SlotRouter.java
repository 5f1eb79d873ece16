package dev.carillon.runtime.slots;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.lifecycle.Backoff;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Sends calls to the owner of their key's slot, and repeats them when the slot has moved.
///
/// May be used from any thread; [#call] blocks and belongs on a virtual thread.
public final class SlotRouter implements AutoCloseable {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(10), Duration.ofMillis(200));
  private static final long ATTEMPT_SECONDS = 2;

  private final SlotTable table;
  private final InstanceChannels channels;
  private final AtomicLong retries = new AtomicLong();

  /// Routes by `table` over `channels`, which are closed with this router; the table is not.
  public SlotRouter(SlotTable table, InstanceChannels channels) {
    this.table = table;
    this.channels = channels;
  }

  /// Makes a call at the owner of `slot`: on the channel given, giving up at the deadline given.
  ///
  /// The call must be safe to repeat: it is made again, after a short random delay, when the slot
  /// has moved, has no owner, the owner cannot be reached, is shutting down, or does not answer
  /// within two seconds, until `deadline`. Every other failure is thrown on as it is.
  ///
  /// @throws Refusal with [SlotReason#SLOT_UNREACHABLE] at the deadline, and with
  ///   [RuntimeReason#CANCELLED] when the thread is interrupted
  public <T> T call(int slot, Deadline deadline, BiFunction<Channel, Deadline, T> call) {
    @Nullable Throwable last = null;
    for (int attempt = 1; !deadline.isExpired(); attempt++) {
      Optional<OwnerLocation> owner = table.ownerOf(slot);
      if (owner.isPresent()) {
        try {
          Deadline end = Deadline.after(ATTEMPT_SECONDS, TimeUnit.SECONDS).minimum(deadline);
          return call.apply(channels.to(owner.get().address()), end);
        } catch (StatusRuntimeException | Refusal e) {
          last = e;
          Refusal refusal = Refusals.of(e);
          if (!worthRepeating(refusal)) {
            throw e;
          }
          SlotMoved.of(refusal).ifPresent(table::learn);
        }
      }
      retries.incrementAndGet();
      waitForMove(slot, owner, BACKOFF.delay(attempt), deadline);
    }
    throw new Refusal(
        SlotReason.SLOT_UNREACHABLE, "no owner of slot " + slot + " answered in time", last);
  }

  /// How many attempts were made again so far; for tests.
  long retries() {
    return retries.get();
  }

  @Override
  public void close() {
    channels.close();
  }

  private static boolean worthRepeating(Refusal refusal) {
    return SlotReason.isOwnerGone(refusal) || refusal.is(RuntimeReason.DEADLINE_EXCEEDED);
  }

  /// Waits the delay, or less when the slot has moved: a new owner can be asked at once.
  private void waitForMove(
      int slot, Optional<OwnerLocation> asked, Duration delay, Deadline deadline) {
    try {
      Deadline end = Deadline.after(delay.toNanos(), TimeUnit.NANOSECONDS);
      table.awaitMove(slot, asked, end.minimum(deadline));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(RuntimeReason.CANCELLED, "interrupted while waiting for a slot's owner", e);
    }
  }
}
