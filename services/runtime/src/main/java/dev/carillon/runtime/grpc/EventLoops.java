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
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A share in the event loops of this JVM, which all its servers and channels use together.
///
/// One loop per processor, made for the first share and ended with the last, so that seven services
/// in one JVM cost the threads and buffers of one. The first share decides their [EventLoopKind].
/// Code on a loop must never block.
public final class EventLoops implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
  private static final Object LOCK = new Object();
  private static final long QUIET_MILLIS = 0;
  private static final long END_MILLIS = 2_000;

  private static @Nullable Loops current;
  private static int shares;

  private final Loops loops;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EventLoops(Loops loops) {
    this.loops = loops;
  }

  /// Takes a share in loops of the kind that suits the system.
  public static EventLoops share() {
    return share(EventLoopKind.AUTO);
  }

  /// Takes a share; the caller closes it, after every server and channel that used it.
  ///
  /// @throws IllegalStateException when epoll is asked for and not available here
  public static EventLoops share(EventLoopKind kind) {
    synchronized (LOCK) {
      @Nullable Loops shared = current;
      if (shared == null) {
        shared = Loops.start(kind);
        current = shared;
      }
      shares++;
      return new EventLoops(shared);
    }
  }

  /// The loops, for Netty servers that are not gRPC ones.
  public EventLoopGroup group() {
    return loops.group();
  }

  /// The type of a listening socket on these loops.
  public Class<? extends ServerSocketChannel> serverChannelType() {
    return loops.epoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /// The type of a connecting socket on these loops.
  public Class<? extends SocketChannel> channelType() {
    return loops.epoll() ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /// Gives the share back; a second call does nothing.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    synchronized (LOCK) {
      shares--;
      if (shares > 0) {
        return;
      }
      current = null;
    }
    loops.group().shutdownGracefully(QUIET_MILLIS, END_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// The loops themselves, and whether they wait by epoll.
  private record Loops(EventLoopGroup group, boolean epoll) {
    static Loops start(EventLoopKind kind) {
      boolean epoll =
          switch (kind) {
            case AUTO -> isEpollAvailable();
            case EPOLL -> requireEpoll();
            case NIO -> false;
          };
      EventLoopGroup group =
          new MultiThreadIoEventLoopGroup(
              Runtime.getRuntime().availableProcessors(),
              new DefaultThreadFactory("loop", true),
              epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
      LOG.info("event loops: {}", epoll ? "epoll" : "nio");
      return new Loops(group, epoll);
    }

    private static boolean isEpollAvailable() {
      boolean available = Epoll.isAvailable();
      if (!available) {
        LOG.warn(
            "epoll is not available, the event loops use nio: {}",
            String.valueOf(Epoll.unavailabilityCause()));
      }
      return available;
    }

    private static boolean requireEpoll() {
      if (!Epoll.isAvailable()) {
        throw new IllegalStateException(
            "event loops: epoll (expected: auto or nio, epoll is not available here)",
            Epoll.unavailabilityCause());
      }
      return true;
    }
  }
}
