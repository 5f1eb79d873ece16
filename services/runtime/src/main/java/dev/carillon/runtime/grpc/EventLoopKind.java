package dev.carillon.runtime.grpc;

/// How the event loops of a process wait for their sockets.
public enum EventLoopKind {
  /// Linux's epoll where its native library can be loaded, otherwise Java's own selector.
  AUTO,
  /// Linux's epoll, or no start.
  EPOLL,
  /// Java's own selector, on every system.
  NIO
}
