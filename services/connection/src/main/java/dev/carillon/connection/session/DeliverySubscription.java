package dev.carillon.connection.session;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.type.v1.Refusal;
import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/// A subscription to the deliveries of one user, until it is closed, for what is no connection of a
/// device, such as a waiting HTTP request. The registry and presence see it as a device of the user
/// that only receives.
public final class DeliverySubscription implements Recipient, AutoCloseable {
  private final SessionContext context;
  private final SessionLoop loop;
  private final ConnectedDevice device;
  private final Runnable onDelivery;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DeliverySubscription(
      SessionContext context, SessionLoop loop, String userId, Runnable onDelivery) {
    this.context = context;
    this.loop = loop;
    this.onDelivery = onDelivery;
    // A device id of its own, so that no two subscriptions replace each other.
    long id = context.sessions().nextId();
    this.device =
        new ConnectedDevice(userId, "subscription-" + id, id, 0, context.sessions().nowMillis());
  }

  /// Announces the user as connected here, under a device id of the subscription's own, and calls
  /// `onDelivery` for every delivery from the moment presence knows.
  ///
  /// A message sent shortly before may be missed, and the mailbox entry of a delivered message may
  /// become visible only a moment after the call, so the subscriber reads the mailbox after it has
  /// subscribed, and now and then while the subscription lasts. Any thread.
  ///
  /// @param loop the event loop on which `onDelivery` is called; it must not block
  public static DeliverySubscription open(
      SessionContext context, EventLoop loop, String userId, Runnable onDelivery) {
    DeliverySubscription subscription =
        new DeliverySubscription(context, context.loops().of(loop), userId, onDelivery);
    context.sessions().add(subscription);
    context.presence().connected(subscription.device);
    return subscription;
  }

  /// Ends the subscription; any thread. No delivery follows when it is closed on its event loop.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      context.sessions().remove(this);
      context.presence().gone(device);
    }
  }

  @Override
  public void deliver(EncodedMessage message) {
    if (!closed.get()) {
      onDelivery.run();
    }
  }

  @Override
  public void end(Refusal reason) {
    close();
  }

  @Override
  public void goAway(DrainNotice notice) {
    // A draining gateway answers the request that subscribed; there is no connection to move.
  }

  @Override
  public ConnectedDevice device() {
    return device;
  }

  @Override
  public SessionLoop loop() {
    return loop;
  }

  @Override
  public boolean isSession() {
    return false;
  }
}
