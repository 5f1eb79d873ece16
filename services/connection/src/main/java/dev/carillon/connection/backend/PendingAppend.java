package dev.carillon.connection.backend;

import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Refusal;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One message on its way to its owner, until it has its one answer.
///
/// The stream belongs to the lane of its slot and is guarded by it.
final class PendingAppend {
  final long itemId;
  final int slot;
  final long deadlineNanos;
  private final AppendItem item;
  private final Answer<Appended> answer;
  private final AtomicBoolean answered = new AtomicBoolean();

  /// The stream that the item was given to last; null while it waits.
  @Nullable AppendStream stream;

  private volatile boolean attempted;

  PendingAppend(long itemId, AppendItem item, long deadlineNanos, Answer<Appended> answer) {
    this.itemId = itemId;
    this.item = item;
    this.slot = Slots.of(item.getConversationId().toByteArray());
    this.deadlineNanos = deadlineNanos;
    this.answer = answer;
  }

  /// The item as it goes out now; from the second time on it is marked as a resend.
  AppendItem outgoing() {
    boolean resend = attempted || item.getResend();
    attempted = true;
    return item.toBuilder().setItemId(itemId).setResend(resend).build();
  }

  int size() {
    return item.getSerializedSize();
  }

  boolean isAnswered() {
    return answered.get();
  }

  /// Gives the answer, unless one was given before.
  ///
  /// @return whether this was the one
  boolean answer(Appended appended) {
    boolean first = answered.compareAndSet(false, true);
    if (first) {
      answer.answered(appended);
    }
    return first;
  }

  /// Gives the answer, unless one was given before.
  ///
  /// @return whether this was the one
  boolean refuse(Refusal refusal) {
    boolean first = answered.compareAndSet(false, true);
    if (first) {
      answer.refused(refusal);
    }
    return first;
  }
}
