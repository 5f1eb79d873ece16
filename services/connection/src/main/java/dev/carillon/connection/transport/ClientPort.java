package dev.carillon.connection.transport;

import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.session.SessionLoops;
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

  private final Channel listener;
  private final Set<Channel> connections;

  private ClientPort(Channel listener, Set<Channel> connections) {
    this.listener = listener;
    this.connections = connections;
  }

  /// Begins to listen; throws [UncheckedIOException] when the address is not available.
  ///
  /// @param eventLoops the event loops of the connections
  /// @param context what the sessions share
  /// @param loops the session loops around them
  /// @param routes what is served besides WebSockets
  /// @param limit how many connections there may be
  public static ClientPort listen(
      HostPort address,
      EventLoops eventLoops,
      SessionContext context,
      SessionLoops loops,
      HttpRoutes routes,
      ConnectionLimit limit) {
    Set<Channel> connections = ConcurrentHashMap.newKeySet();
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
            .childHandler(new Initializer(context, loops, routes, limit, connections));
    try {
      Channel listener =
          bootstrap.bind(new InetSocketAddress(address.host(), address.port())).sync().channel();
      return new ClientPort(listener, connections);
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

  /// Makes the handlers of one new connection.
  private static final class Initializer extends ChannelInitializer<Channel> {
    private final SessionContext context;
    private final SessionLoops loops;
    private final HttpRoutes routes;
    private final ConnectionLimit limit;
    private final Set<Channel> connections;
    private final ChannelFutureListener leaving;

    Initializer(
        SessionContext context,
        SessionLoops loops,
        HttpRoutes routes,
        ConnectionLimit limit,
        Set<Channel> connections) {
      this.context = context;
      this.loops = loops;
      this.routes = routes;
      this.limit = limit;
      this.connections = connections;
      this.leaving = closed -> leave(closed.channel());
    }

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
          .addLast(
              new ClientPortHandler(
                  channel, context, loops.of(channel.eventLoop()), routes, limit));
    }

    private void leave(Channel channel) {
      connections.remove(channel);
      limit.leave();
    }
  }
}
