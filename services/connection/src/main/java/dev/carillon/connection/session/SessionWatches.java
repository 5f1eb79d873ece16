package dev.carillon.connection.session;

import io.netty.channel.EventLoop;

/// Watches that live beside the sessions of a gateway.
public final class SessionWatches implements Watches {
  private final Gateway gateway;
  private final SessionLoops loops;

  /// Watches of this gateway, on these loops.
  public SessionWatches(Gateway gateway, SessionLoops loops) {
    this.gateway = gateway;
    this.loops = loops;
  }

  @Override
  public Watch watch(String userId, EventLoop loop, Watcher watcher) {
    WatchSession watch = new WatchSession(gateway, loops.of(loop), userId, watcher);
    watch.open();
    return watch;
  }
}
