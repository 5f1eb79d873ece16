package dev.carillon.connection.carrier;

import dev.carillon.connection.session.Gateway;
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

/// The port that devices connect to: WebSocket, and HTTP for those who cannot have it.
public final class ClientPort implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final int MAX_INITIAL_LINE = 4096;
  private static final int MAX_HEADERS = 16 << 10;
  private static final int MAX_CHUNK = 8 << 10;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(16 << 10, 32 << 10);

  /// Connections share it: one that learns its size by itself costs memory on each that is idle.
  private static final RecvByteBufAllocator READS = new FixedRecvByteBufAllocator(4 << 10);

  private final Channel listener;
  private final Set<Channel> connections;

  private ClientPort(Channel listener, Set<Channel> connections) {
    this.listener = listener;
    this.connections = connections;
  }

  /// What every connection of the port is made with.
  ///
  /// @param gateway where its session belongs
  /// @param loops the loops of the group that the port listens on
  /// @param routes what is served besides WebSockets
  /// @param limit how many connections there may be
  public record Services(
      Gateway gateway, SessionLoops loops, HttpRoutes routes, ConnectionLimit limit) {}

  /// Begins to listen; throws [UncheckedIOException] when the address cannot be had.
  public static ClientPort listen(HostPort address, EventLoops eventLoops, Services services) {
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
            .childHandler(new Initializer(services, connections));
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
    private final Services services;
    private final Set<Channel> connections;
    private final ChannelFutureListener leaving;

    Initializer(Services services, Set<Channel> connections) {
      this.services = services;
      this.connections = connections;
      this.leaving = closed -> leave(closed.channel());
    }

    @Override
    protected void initChannel(Channel channel) {
      if (!services.limit().enter()) {
        channel.close();
        return;
      }
      connections.add(channel);
      channel.closeFuture().addListener(leaving);
      int maxBody = services.gateway().config().limits().frameSize();
      channel
          .pipeline()
          .addLast(new HttpServerCodec(MAX_INITIAL_LINE, MAX_HEADERS, MAX_CHUNK))
          .addLast(new RequestAggregator(maxBody))
          .addLast(
              new ClientPortHandler(
                  channel,
                  services.gateway(),
                  services.loops().of(channel.eventLoop()),
                  services.routes(),
                  services.limit()));
    }

    private void leave(Channel channel) {
      connections.remove(channel);
      services.limit().leave();
    }
  }
}
