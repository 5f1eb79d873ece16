package dev.carillon.connection.transport;

import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.session.SessionLoop;
import dev.carillon.connection.session.TimerWheel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection of the client port while it speaks HTTP: until it becomes a WebSocket, or until it
/// is closed.
final class ClientPortHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /// Where WebSockets connect.
  static final String CONNECT_PATH = "/api/v1/connect";

  private static final Logger LOG = LoggerFactory.getLogger(ClientPortHandler.class);
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final String VERSION = "13";

  private final SessionContext sessionContext;
  private final SessionLoop loop;
  private final HttpRoutes routes;
  private final ConnectionLimit limit;

  /// Closes the connection when its next request does not come in time.
  private final TimerWheel.Timer timer;

  private boolean answering;

  ClientPortHandler(
      Channel channel, SessionContext sessionContext, HttpRoutes routes, ConnectionLimit limit) {
    this.sessionContext = sessionContext;
    this.loop = sessionContext.loops().of(channel.eventLoop());
    this.routes = routes;
    this.limit = limit;
    this.timer =
        new TimerWheel.Timer() {
          @Override
          protected long expired(long now) {
            channel.close();
            return TimerWheel.NEVER;
          }
        };
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    wait(sessionContext.config().helloTimeout());
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    loop.wheel().cancel(timer);
    context.fireChannelInactive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (answering) {
      // No client of ours pipelines, and a later answer could be written before an earlier one.
      context.close();
      return;
    }
    HttpExchange exchange = new HttpExchange(context.channel(), loop, request, this::answered);
    loop.wheel().cancel(timer);
    answering = true;
    if (request.decoderResult().isFailure() || !exchange.isReadable()) {
      exchange.refuse(
          HttpResponseStatus.BAD_REQUEST, "a well-formed request, path and query in UTF-8");
    } else if (CONNECT_PATH.equals(exchange.path())) {
      connect(context, request, exchange);
    } else if (routes.answers(exchange.path())) {
      handle(exchange);
    } else {
      exchange.refuse(HttpResponseStatus.NOT_FOUND, "nothing is served under this path");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("HTTP connection closed", cause);
    context.close();
  }

  private void handle(HttpExchange exchange) {
    try {
      routes.handle(exchange);
    } catch (RuntimeException e) {
      LOG.error("HTTP request failed", e);
      exchange.refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, "unexpected");
    }
  }

  private void connect(
      ChannelHandlerContext context, FullHttpRequest request, HttpExchange exchange) {
    boolean upgrade =
        request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
            && VERSION.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
    if (!upgrade) {
      exchange.refuse(HttpResponseStatus.UPGRADE_REQUIRED, "a WebSocket handshake, version 13");
      return;
    }
    WebSocketServerHandshaker13 handshaker =
        new WebSocketServerHandshaker13(
            "",
            null,
            WebSocketTransport.decoderConfig(sessionContext.config().limits().helloSize()));
    try {
      handshaker
          .handshake(context.channel(), request)
          .addListener(done -> upgraded(context, done.isSuccess()));
    } catch (WebSocketHandshakeException e) {
      exchange.refuse(HttpResponseStatus.BAD_REQUEST, "a complete WebSocket handshake");
    }
  }

  /// Replaces the HTTP handlers by the WebSocket's transport.
  private void upgraded(ChannelHandlerContext context, boolean successful) {
    if (!successful || !context.channel().isActive()) {
      context.close();
      return;
    }
    context.pipeline().remove("wsencoder");
    WebSocketTransport transport = new WebSocketTransport(context.channel(), sessionContext, loop);
    context.pipeline().replace(this, null, transport);
    if (limit.isExceeded()) {
      transport.session().overloaded();
    }
  }

  private void answered() {
    answering = false;
    wait(IDLE);
  }

  private void wait(Duration duration) {
    loop.wheel().schedule(timer, loop.wheel().now() + duration.toNanos());
  }
}
