package dev.carillon.runtime.stream;

import dev.carillon.type.v1.Refusal;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One request to the owner of a slot, until it has its one answer.
///
/// What is not public belongs to the context of its [OwnerStreams].
///
/// @param <T> the request
/// @param <A> its answer
public final class OwnerItem<T, A> {
  final int slot;
  final OwnerReply<A> reply;
  private final T request;
  private int timesSent;
  private long sentAt;

  long id;

  /// When it came.
  long since;

  /// Why the owner refused it last, for the time being.
  String lastRefusal = "none";

  /// Where it is to be sent or was sent; null while it waits.
  @Nullable Outbox<T, A> at;

  /// Takes the one answer to a request that went to the owner of a slot.
  ///
  /// Exactly one of the two methods is called, exactly once, on any thread, also before the call
  /// that asked has returned. Implementations must not block and must not throw.
  ///
  /// @param <A> what is answered
  public interface OwnerReply<A> {
    /// The owner answered.
    void answered(A value);

    /// The owner refused, or it could not be asked.
    void refused(Refusal refusal);
  }

  /// @param slot the slot whose owner is to answer
  /// @param reply takes the answer
  public OwnerItem(int slot, T request, OwnerReply<A> reply) {
    this.slot = slot;
    this.request = request;
    this.reply = reply;
  }

  /// The number of the item, unique and ascending among those of its [OwnerStreams].
  public long id() {
    return id;
  }

  /// What is asked.
  public T request() {
    return request;
  }

  /// Whether it was sent before, so that the owner may have it already.
  public boolean isResend() {
    return timesSent > 1;
  }

  /// The items of one slot without an answer, in the order in which they came. Those that do not
  /// wait are all at one stream.
  static final class SlotQueue<T, A> {
    private final SequencedMap<Long, OwnerItem<T, A>> items = new LinkedHashMap<>();
    private int waiting;
    private @Nullable Outbox<T, A> at;

    /// The item that came first; null when there is none.
    @Nullable OwnerItem<T, A> first() {
      return items.isEmpty() ? null : items.firstEntry().getValue();
    }

    /// Whether later items have to wait behind others.
    boolean isStopped() {
      return waiting > 0;
    }

    /// Whether the item that was added last may go there at once; when nothing else waits.
    boolean flowsTo(Outbox<T, A> owner) {
      return items.size() == 1 || at == owner;
    }

    /// The item has come, and waits.
    void add(OwnerItem<T, A> item) {
      items.put(item.id, item);
      waiting++;
    }

    void give(OwnerItem<T, A> item, Outbox<T, A> owner) {
      at = owner;
      waiting--;
      owner.add(item);
    }

    /// The item waits, and with it all that come later.
    void stop(OwnerItem<T, A> item) {
      if (item.at != null) {
        item.at.remove(item);
        waiting++;
      }
    }

    /// The item has its answer.
    void remove(OwnerItem<T, A> item) {
      if (item.at == null) {
        waiting--;
      } else {
        item.at.remove(item);
      }
      items.remove(item.id);
    }

    /// Takes back what is in flight elsewhere and gives the owner all that waits, unless something
    /// is still in flight at that very stream.
    void resume(Outbox<T, A> owner) {
      if (at != owner) {
        items.values().forEach(this::stop);
      }
      if (waiting == items.size()) {
        items.values().forEach(item -> give(item, owner));
      }
    }
  }

  /// The items of one stream without an answer.
  static final class Outbox<T, A> {
    /// Those that are to be sent, in the order in which they came.
    private final TreeMap<Long, OwnerItem<T, A>> unsent = new TreeMap<>();

    /// The others, in the order in which they were sent.
    private final SequencedMap<Long, OwnerItem<T, A>> sent = new LinkedHashMap<>();

    /// The item with this id; null when it is not here.
    @Nullable OwnerItem<T, A> item(long id) {
      OwnerItem<T, A> item = sent.get(id);
      return item == null ? unsent.get(id) : item;
    }

    /// The next item to send; null when there is none.
    @Nullable OwnerItem<T, A> first() {
      return unsent.isEmpty() ? null : unsent.firstEntry().getValue();
    }

    /// The item leaves now.
    void sent(OwnerItem<T, A> item, long now) {
      unsent.remove(item.id);
      sent.put(item.id, item);
      item.sentAt = now;
      item.timesSent++;
    }

    /// Whether something that was sent by then has no answer.
    boolean owes(long by) {
      return !sent.isEmpty() && sent.firstEntry().getValue().sentAt - by <= 0;
    }

    /// What was sent is sent again.
    ///
    /// @return how many items that are
    int sendAgain() {
      int count = sent.size();
      unsent.putAll(sent);
      sent.clear();
      return count;
    }

    private void add(OwnerItem<T, A> item) {
      item.at = this;
      unsent.put(item.id, item);
    }

    private void remove(OwnerItem<T, A> item) {
      item.at = null;
      unsent.remove(item.id);
      sent.remove(item.id);
    }
  }
}
