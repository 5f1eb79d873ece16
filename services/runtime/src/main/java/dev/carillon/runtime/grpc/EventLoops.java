package dev.carillon.runtime.grpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A share in the event loops of this JVM, which all its servers and channels use together.
///
/// One loop per processor, made for the first share and ended with the last, so that seven services
/// in one JVM cost the threads and buffers of one. The first share decides their [Kind]. Code on a
/// loop must never block.
public final class EventLoops implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
  private static final Object LOCK = new Object();
  private static final long QUIET_MILLIS = 0;
  private static final long END_MILLIS = 2_000;

  private static @Nullable EventLoops current;
  private static int shares;

  private final EventLoopGroup group;
  private final boolean epoll;
  private boolean closed;

  /// How the event loops of a process wait for their sockets.
  public enum Kind {
    /// Linux's epoll where its native library can be loaded, otherwise Java's own selector.
    AUTO,
    /// Linux's epoll, or no start.
    EPOLL,
    /// Java's own selector, on every system.
    NIO
  }

  private EventLoops(EventLoopGroup group, boolean epoll) {
    this.group = group;
    this.epoll = epoll;
  }

  /// Takes a share in loops of the kind that suits the system.
  public static EventLoops share() {
    return share(Kind.AUTO);
  }

  /// Takes a share; the caller closes it, after every server and channel that used it.
  ///
  /// @throws IllegalStateException when epoll is asked for and not available here
  public static EventLoops share(Kind kind) {
    synchronized (LOCK) {
      @Nullable EventLoops shared = current;
      if (shared == null) {
        shared = open(kind);
        current = shared;
      }
      shares++;
      return new EventLoops(shared.group, shared.epoll);
    }
  }

  /// The loops, for Netty servers that are not gRPC ones.
  public EventLoopGroup group() {
    return group;
  }

  /// The type of a listening socket on these loops.
  public Class<? extends ServerSocketChannel> serverChannelType() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /// The type of a connecting socket on these loops.
  public Class<? extends SocketChannel> channelType() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /// Gives the share back; a second call does nothing.
  @Override
  public void close() {
    synchronized (LOCK) {
      if (closed) {
        return;
      }
      closed = true;
      shares--;
      if (shares > 0) {
        return;
      }
      current = null;
    }
    group.shutdownGracefully(QUIET_MILLIS, END_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static EventLoops open(Kind kind) {
    boolean epoll = kind != Kind.NIO && Epoll.isAvailable();
    if (kind == Kind.EPOLL && !epoll) {
      throw new IllegalStateException(
          "event loops: epoll (expected: auto or nio, epoll is not available here)",
          Epoll.unavailabilityCause());
    }
    if (kind == Kind.AUTO && !epoll) {
      LOG.warn(
          "epoll is not available, the event loops use nio: {}",
          String.valueOf(Epoll.unavailabilityCause()));
    }
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("loop", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    LOG.info("event loops: {}", epoll ? "epoll" : "nio");
    return new EventLoops(group, epoll);
  }
}
