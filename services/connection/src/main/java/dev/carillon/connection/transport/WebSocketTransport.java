package dev.carillon.connection.transport;

import dev.carillon.connection.session.EncodedMessage;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.SessionConfig;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.session.SessionLoop;
import dev.carillon.connection.session.Transport;
import dev.carillon.connection.v1.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// One device's WebSocket after the handshake.
///
/// There is one per idle connection, so it is the only handler besides Netty's frame decoder: what
/// the server sends is never masked nor fragmented, so its frames are a header written by hand.
/// After Goodbye the output is shut down and the input read to its end, because closing a socket
/// with unread input would make the kernel throw away what the device has not read yet.
final class WebSocketTransport extends ChannelInboundHandlerAdapter implements Transport {
  /// The name that Netty gives to the decoder of a WebSocket.
  private static final String DECODER = "wsdecoder";

  private static final int FINAL = 0x80;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PONG = 0xA;
  private static final int MAX_HEADER = 10;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;
  private static final int MAX_TWO_BYTE_LENGTH = 0xFFFF;

  private final Channel channel;
  private final SessionLoop loop;
  private final Session session;
  private final SessionConfig.Limits limits;
  private int maxFrame;
  private boolean flushing;
  private boolean closing;
  private @Nullable ByteBuf fragments;

  /// The transport of a new session; to be put into the channel's pipeline at once.
  WebSocketTransport(Channel channel, SessionContext context, SessionLoop loop) {
    this.channel = channel;
    this.loop = loop;
    this.limits = context.config().limits();
    this.maxFrame = limits.helloSize();
    this.session = new Session(context, loop, this);
  }

  Session session() {
    return session;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (!closing && message instanceof WebSocketFrame frame) {
        read(frame);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    // A device that does not read is not read from: answers to its requests would only pile up.
    channel.config().setAutoRead(closing || channel.isWritable());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      if (WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(corrupted.closeStatus())) {
        session.frameTooLarge();
      } else {
        session.protocolError("WebSocket: " + corrupted.getMessage());
      }
    } else {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    dropFragments();
    session.closed();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void opened() {
    maxFrame = limits.frameSize();
    WebSocket13FrameDecoder decoder = new WebSocket13FrameDecoder(decoderConfig(maxFrame));
    channel.pipeline().replace(WebSocket13FrameDecoder.class, DECODER, decoder);
  }

  @Override
  public void send(ServerFrame frame) {
    byte[] bytes = frame.toByteArray();
    write(header(BINARY, bytes.length).writeBytes(bytes));
  }

  @Override
  public void deliver(EncodedMessage message, long number) {
    ByteBuf out = header(BINARY, message.frameSize(number));
    message.writeTo(out, number);
    write(out);
  }

  @Override
  public void goodbye(ServerFrame frame) {
    send(frame);
    WebSocketCloseStatus status = status(frame.getGoodbye().getRefusal().getReason());
    closing = true;
    dropFragments();
    channel.config().setAutoRead(true);
    channel
        .writeAndFlush(header(CLOSE, Short.BYTES).writeShort(status.code()))
        .addListener(sent -> shutdownOutput());
  }

  @Override
  public void terminate() {
    channel.close();
  }

  private void read(WebSocketFrame frame) {
    if (frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
      data(frame);
    } else if (frame instanceof PingWebSocketFrame ping) {
      write(header(PONG, ping.content().readableBytes()).writeBytes(ping.content()));
    } else if (frame instanceof CloseWebSocketFrame close) {
      close(close);
    } else if (frame instanceof TextWebSocketFrame) {
      session.protocolError("text message (expected: binary messages only)");
    }
  }

  /// The decoder lets a continuation pass only where one may come.
  private void data(WebSocketFrame frame) {
    ByteBuf begun = fragments;
    if (begun == null && frame.isFinalFragment()) {
      session.receive(ByteBufUtil.getBytes(frame.content()));
      return;
    }
    if (begun == null) {
      begun = channel.alloc().heapBuffer();
      fragments = begun;
    }
    begun.writeBytes(frame.content());
    if (begun.readableBytes() > maxFrame) {
      session.frameTooLarge();
    } else if (frame.isFinalFragment()) {
      byte[] whole = ByteBufUtil.getBytes(begun);
      dropFragments();
      session.receive(whole);
    }
  }

  private void close(CloseWebSocketFrame close) {
    closing = true;
    int code =
        close.statusCode() < 0 ? WebSocketCloseStatus.NORMAL_CLOSURE.code() : close.statusCode();
    channel
        .writeAndFlush(header(CLOSE, Short.BYTES).writeShort(code))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private ByteBuf header(int opcode, int size) {
    ByteBuf out = channel.alloc().directBuffer(MAX_HEADER + size);
    out.writeByte(FINAL | opcode);
    if (size < TWO_BYTE_LENGTH) {
      out.writeByte(size);
    } else if (size <= MAX_TWO_BYTE_LENGTH) {
      out.writeByte(TWO_BYTE_LENGTH).writeShort(size);
    } else {
      out.writeByte(EIGHT_BYTE_LENGTH).writeLong(size);
    }
    return out;
  }

  private void write(ByteBuf out) {
    channel.write(out, channel.voidPromise());
    if (!flushing) {
      flushing = true;
      loop.flushLater(this::flush);
    }
  }

  private void flush() {
    flushing = false;
    channel.flush();
  }

  private void shutdownOutput() {
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }

  private void dropFragments() {
    ReferenceCountUtil.release(fragments);
    fragments = null;
  }

  /// How the frames of a device are decoded; it is refused when one is larger than `maxFrame`.
  static WebSocketDecoderConfig decoderConfig(int maxFrame) {
    return WebSocketDecoderConfig.newBuilder()
        .maxFramePayloadLength(maxFrame)
        .allowExtensions(false)
        .closeOnProtocolViolation(false)
        .withUTF8Validator(false)
        .build();
  }

  private static WebSocketCloseStatus status(String reason) {
    return switch (reason) {
      case "PROTOCOL_ERROR", "VERSION_UNSUPPORTED" -> WebSocketCloseStatus.PROTOCOL_ERROR;
      case "FRAME_TOO_LARGE" -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
      case "OVERLOADED" -> WebSocketCloseStatus.TRY_AGAIN_LATER;
      case "DRAINING" -> WebSocketCloseStatus.ENDPOINT_UNAVAILABLE;
      case "TOKEN_INVALID", "TOKEN_EXPIRED", "TICKET_INVALID" ->
          WebSocketCloseStatus.POLICY_VIOLATION;
      default -> WebSocketCloseStatus.NORMAL_CLOSURE;
    };
  }
}
