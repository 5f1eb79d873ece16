package dev.carillon.connection.session;

import dev.carillon.type.v1.Message;
import io.netty.channel.EventLoop;

/// Lets something that is no connection, such as a waiting HTTP request, see deliveries to a user.
public interface Watches {
  /// Is told of deliveries, on the event loop the watch was made for; must not block.
  @FunctionalInterface
  interface Watcher {
    /// A message for the user came by. Its mailbox entry may become visible only a moment later.
    void delivered(Message message);
  }

  /// A watch that goes on until it is closed.
  interface Watch extends AutoCloseable {
    /// Ends the watch; nothing is told afterwards when called on the watch's event loop.
    @Override
    void close();
  }

  /// Announces the user as connected here, under a device id of the watch's own, and tells
  /// `watcher` of every delivery from the moment the directory knows; what was sent shortly before
  /// may be missed, so the mailbox is looked at after watching began and now and then while it
  /// lasts. Any thread.
  Watch watch(String userId, EventLoop loop, Watcher watcher);
}
