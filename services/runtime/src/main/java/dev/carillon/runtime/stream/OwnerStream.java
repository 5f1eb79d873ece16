package dev.carillon.runtime.stream;

import dev.carillon.type.v1.Refusal;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// The stream to one owner of slots: what is to be sent there, and what comes back.
///
/// When its call breaks, all that has no answer goes out again, in order, over the next one, unless
/// its slot moves meanwhile.
final class OwnerStream<T, A, Q, R>
    implements Exchange<Q, R>, OwnerProtocol.Items<T, A>, OwnerProtocol.Answers<T, A> {
  private final OwnerStreams<T, A> all;
  private final String address;
  private final OwnerProtocol<T, A, Q, R> protocol;
  private final InstanceStream<Q, R> stream;

  /// What has not left yet, in order.
  private final LinkedHashSet<OwnerItem<T, A>> queue = new LinkedHashSet<>();

  OwnerStream(OwnerStreams<T, A> all, String address, OwnerProtocol<T, A, Q, R> protocol) {
    this.all = all;
    this.address = address;
    this.protocol = protocol;
    this.stream = all.newStream(this);
  }

  String address() {
    return address;
  }

  InstanceStream<Q, R> stream() {
    return stream;
  }

  /// Takes an item to be sent; the caller wakes the stream.
  void offer(OwnerItem<T, A> item) {
    item.sent = false;
    queue.add(item);
  }

  /// The item is not to be sent any more.
  void forget(OwnerItem<T, A> item) {
    queue.remove(item);
  }

  /// Whether it may be let go of: another one is made when it is needed.
  boolean isUnused() {
    return !stream.isOpen() && queue.isEmpty();
  }

  @Override
  public StreamObserver<Q> open(StreamObserver<R> responses) {
    return protocol.open(all.channel(address), responses);
  }

  @Override
  public boolean hasNext() {
    return !queue.isEmpty();
  }

  @Override
  public @Nullable Q next() {
    return protocol.encode(this);
  }

  @Override
  public void answered(R response) {
    protocol.decode(response, this);
  }

  @Override
  public void broken(Status why) {
    all.broken(this, why);
  }

  @Override
  public @Nullable OwnerItem<T, A> take() {
    while (!queue.isEmpty()) {
      OwnerItem<T, A> item = queue.removeFirst();
      if (all.mayLeave(item)) {
        return item;
      }
    }
    return null;
  }

  @Override
  public @Nullable OwnerItem<T, A> item(long id) {
    OwnerItem<T, A> item = all.item(id);
    return item != null && item.at == this ? item : null;
  }

  @Override
  public void answered(OwnerItem<T, A> item, A answer) {
    if (item.at == this && all.done(item)) {
      item.reply().answered(answer);
    }
  }

  @Override
  public void refused(OwnerItem<T, A> item, Refusal refusal) {
    if (item.at == this && all.done(item)) {
      item.reply().refused(refusal);
    }
  }

  @Override
  public void again(OwnerItem<T, A> item, Refusal refusal) {
    if (item.at == this) {
      all.again(item, refusal);
    }
  }
}
