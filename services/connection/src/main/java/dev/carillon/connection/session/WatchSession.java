package dev.carillon.connection.session;

import dev.carillon.type.v1.Refusal;
import java.util.concurrent.atomic.AtomicBoolean;

/// A watch as the registry and the directory see it: a device of the user that only listens.
final class WatchSession implements Recipient, Watches.Watch {
  private static final String DEVICE_PREFIX = "watch-";

  private final Gateway gateway;
  private final SessionLoop loop;
  private final String userId;
  private final Watches.Watcher watcher;
  private final long sessionId;
  private final long connectedAtMillis;
  private final AtomicBoolean closed = new AtomicBoolean();

  WatchSession(Gateway gateway, SessionLoop loop, String userId, Watches.Watcher watcher) {
    this.gateway = gateway;
    this.loop = loop;
    this.userId = userId;
    this.watcher = watcher;
    this.sessionId = gateway.sessions().nextId();
    this.connectedAtMillis = gateway.sessions().nowMillis();
  }

  void open() {
    gateway.sessions().add(this);
    gateway.presence().connected(this);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      gateway.sessions().remove(this);
      gateway.presence().gone(this);
    }
  }

  @Override
  public void deliver(EncodedMessage message) {
    if (!closed.get()) {
      watcher.delivered(message.message());
    }
  }

  @Override
  public void end(Refusal reason) {
    close();
  }

  @Override
  public String userId() {
    return userId;
  }

  /// Unique, so that no two watches replace each other.
  @Override
  public String deviceId() {
    return DEVICE_PREFIX + sessionId;
  }

  @Override
  public long sessionId() {
    return sessionId;
  }

  @Override
  public long connectionNumber() {
    return 0;
  }

  @Override
  public long connectedAtMillis() {
    return connectedAtMillis;
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
