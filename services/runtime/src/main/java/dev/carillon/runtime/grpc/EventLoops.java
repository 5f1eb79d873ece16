package dev.carillon.runtime.grpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A share in the event loops of this JVM, which all its servers and channels use together.
///
/// One loop per processor, made for the first share and ended with the last, so that seven services
/// in one JVM cost the threads and buffers of one. Code on a loop must never block.
public final class EventLoops implements AutoCloseable {
  private static final Object LOCK = new Object();
  private static final long QUIET_MILLIS = 0;
  private static final long END_MILLIS = 2_000;

  private static @Nullable EventLoopGroup current;
  private static int shares;

  private final EventLoopGroup group;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EventLoops(EventLoopGroup group) {
    this.group = group;
  }

  /// Takes a share; whoever takes it closes it, after every server and channel that used it.
  public static EventLoops share() {
    synchronized (LOCK) {
      @Nullable EventLoopGroup shared = current;
      if (shared == null) {
        shared =
            new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                new DefaultThreadFactory("loop", true),
                NioIoHandler.newFactory());
        current = shared;
      }
      shares++;
      return new EventLoops(shared);
    }
  }

  /// The loops, for Netty servers that are not gRPC ones.
  public EventLoopGroup group() {
    return group;
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
    group.shutdownGracefully(QUIET_MILLIS, END_MILLIS, TimeUnit.MILLISECONDS);
  }
}
