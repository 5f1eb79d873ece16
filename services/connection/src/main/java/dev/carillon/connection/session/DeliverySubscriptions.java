package dev.carillon.connection.session;

import dev.carillon.type.v1.Message;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/// Opens subscriptions to deliveries beside the sessions of a gateway, for what is no connection of
/// a device, such as a waiting HTTP request. Thread-safe.
public final class DeliverySubscriptions {
  private final SessionContext context;
  private final SessionLoops loops;

  /// Subscriptions of this gateway, on these loops.
  public DeliverySubscriptions(SessionContext context, SessionLoops loops) {
    this.context = context;
    this.loops = loops;
  }

  /// Announces the user as connected here, under a device id of the subscription's own, and calls
  /// `onDelivery` for every delivery from the moment presence knows.
  ///
  /// A message sent shortly before may be missed, and the mailbox entry of a delivered message may
  /// become visible only a moment after the call, so the subscriber reads the mailbox after it has
  /// subscribed, and now and then while the subscription lasts. Any thread.
  ///
  /// @param loop the event loop on which `onDelivery` is called; it must not block
  public DeliverySubscription subscribe(
      String userId, EventLoop loop, Consumer<Message> onDelivery) {
    DeliverySubscription subscription =
        new DeliverySubscription(context, loops.of(loop), userId, onDelivery);
    subscription.open();
    return subscription;
  }
}
