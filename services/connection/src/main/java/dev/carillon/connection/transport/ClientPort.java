package dev.carillon.connection.transport;

import dev.carillon.connection.session.SessionContext;
import dev.carillon.runtime.grpc.EventLoops;
import dev.carillon.runtime.settings.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The port that devices connect to by WebSocket, or by plain HTTP where a WebSocket cannot pass.
public final class ClientPort implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final int MAX_INITIAL_LINE = 4096;
  private static final int MAX_HEADERS = 16 << 10;
  private static final int MAX_CHUNK = 8 << 10;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(16 << 10, 32 << 10);

  /// Shared by all connections: an adaptive allocator would cost memory on each idle one.
  private static final RecvByteBufAllocator READS = new FixedRecvByteBufAllocator(4 << 10);

  private final SessionContext context;
  private final HttpRoutes routes;
  private final ConnectionLimit limit;
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  private final ChannelFutureListener leaving = closed -> leave(closed.channel());
  private final Channel listener;

  /// Begins to listen; throws [UncheckedIOException] when the address is not available.
  public ClientPort(
      HostPort address,
      EventLoops eventLoops,
      SessionContext context,
      HttpRoutes routes,
      ConnectionLimit limit) {
    this.context = context;
    this.routes = routes;
    this.limit = limit;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(eventLoops.group())
            .channel(eventLoops.serverChannelType())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, READS)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(new Initializer());
    try {
      listener =
          bootstrap.bind(new InetSocketAddress(address.host(), address.port())).sync().channel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting to listen", e);
    } catch (Exception e) {
      throw new UncheckedIOException(
          "cannot listen on " + address, e instanceof IOException io ? io : new IOException(e));
    }
  }

  /// The port it listens on, also when any free one was asked for.
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// Takes no new connections; those that are open go on.
  public void stopListening() {
    listener.close().awaitUninterruptibly();
  }

  /// Closes whatever is still open.
  @Override
  public void close() {
    stopListening();
    connections.forEach(connection -> connection.close().awaitUninterruptibly());
  }

  private void leave(Channel channel) {
    connections.remove(channel);
    limit.leave();
  }

  /// Makes the handlers of one new connection.
  private final class Initializer extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      if (!limit.enter()) {
        channel.close();
        return;
      }
      connections.add(channel);
      channel.closeFuture().addListener(leaving);
      int maxBody = context.config().limits().frameSize();
      channel
          .pipeline()
          .addLast(new HttpServerCodec(MAX_INITIAL_LINE, MAX_HEADERS, MAX_CHUNK))
          .addLast(new RequestAggregator(maxBody))
          .addLast(new ClientPortHandler(channel, context, routes, limit));
    }
  }
}
