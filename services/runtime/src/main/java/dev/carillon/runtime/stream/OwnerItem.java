package dev.carillon.runtime.stream;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// One request to the owner of a slot, until it has its one answer.
///
/// What is not final belongs to the context of its [OwnerStreams].
///
/// @param <T> the request
/// @param <A> its answer
public final class OwnerItem<T, A> {
  private final int slot;
  private final T request;
  private final OwnerReply<A> reply;

  long id;

  /// When it came.
  long since;

  /// Why the owner refused it last, for the time being.
  String lastRefusal = "none";

  /// The stream that it was given to last; null while it waits.
  @Nullable Outbox<T, A> at;

  /// Whether it has left over that stream, and when.
  boolean sent;

  long sentAt;
  private boolean resend;
  private boolean attempted;

  /// @param slot the slot whose owner is to answer
  /// @param reply takes the answer
  public OwnerItem(int slot, T request, OwnerReply<A> reply) {
    this.slot = slot;
    this.request = request;
    this.reply = reply;
  }

  /// The number of the item, unique among those of its [OwnerStreams].
  public long id() {
    return id;
  }

  /// What is asked.
  public T request() {
    return request;
  }

  /// Whether it was sent before, so that the owner may have it already.
  public boolean isResend() {
    return resend;
  }

  /// It came, as number `number`.
  void come(long number, long now) {
    id = number;
    since = now;
  }

  /// It leaves now.
  void sent(long now) {
    sent = true;
    sentAt = now;
    resend = attempted;
    attempted = true;
  }

  /// It is not wanted from its stream any more.
  void leave() {
    if (at != null) {
      at.queue.remove(this);
      at = null;
    }
  }

  int slot() {
    return slot;
  }

  OwnerReply<A> reply() {
    return reply;
  }

  /// The items that wait to be sent over one stream, in order.
  static final class Outbox<T, A> {
    final LinkedHashSet<OwnerItem<T, A>> queue = new LinkedHashSet<>();

    /// Takes an item as the last.
    void add(OwnerItem<T, A> item) {
      item.at = this;
      item.sent = false;
      queue.remove(item);
      queue.add(item);
    }
  }
}
